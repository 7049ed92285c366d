import type { ThreadSettings } from "@skein/timeline/event";
import { describe, expect, it } from "vitest";
import { decideSettings, defaultSandbox, UnsupportedSetting } from "./decide-settings.ts";

const current: ThreadSettings = {
  model: "gpt-5.5",
  modelProvider: "openai",
  effort: null,
  summary: null,
  cwd: "/workspaces/main",
  approvalPolicy: "on-request",
  sandbox: defaultSandbox(false),
  tools: true,
  baseInstructions: null,
  developerInstructions: null,
};

describe("decideSettings", () => {
  it("leaves everything as it is where nothing is asked for", () => {
    expect(decideSettings(current, { model: null, cwd: undefined })).toEqual(current);
  });

  it("takes a sandbox as a mode, as a policy or as a profile", () => {
    const readOnly = { ...current, sandbox: { type: "readOnly", networkAccess: false } };
    expect(decideSettings(current, { sandbox: "read-only" })).toEqual(readOnly);
    expect(decideSettings(current, { sandboxPolicy: { type: "readOnly", networkAccess: false } })).toEqual(readOnly);
    expect(decideSettings(current, { permissions: ":read-only" })).toEqual(readOnly);
  });

  it.each([
    ["permissions", { permissions: ":everything" }],
    ["permissions", { permissions: ":workspace", sandbox: "read-only" as const }],
    ["sandboxPolicy", { sandboxPolicy: { type: "externalSandbox" as const, networkAccess: "enabled" as const } }],
  ])("names %s when it cannot be had", (name, requested) => {
    expect(() => decideSettings(current, requested)).toThrow(UnsupportedSetting);
    expect(() => decideSettings(current, requested)).toThrow(new RegExp(`^${name}: `));
  });

  it("says that granular approval is not supported", () => {
    const granular = {
      sandbox_approval: true,
      rules: true,
      mcp_elicitations: true,
      request_permissions: false,
      skill_approval: false,
    };
    expect(() => decideSettings(current, { approvalPolicy: { granular } })).toThrow(/approvalPolicy/);
  });
});
