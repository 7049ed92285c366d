import { expect, it } from "vitest";
import { policyPresets, presetFor, profileOf } from "./policy-preset.ts";

it.each(policyPresets)("$name is found again by what it sets", (preset) => {
  const types = { ":read-only": "readOnly", ":workspace": "workspaceWrite", ":danger-full-access": "dangerFullAccess" };
  const type = types[profileOf(preset) as keyof typeof types] as "readOnly";
  expect(presetFor(preset.approvalPolicy, type)).toBe(preset.name);
});

it("has no name for other settings", () => {
  expect(presetFor("untrusted", "dangerFullAccess")).toBeNull();
  expect(presetFor("never", "externalSandbox")).toBeNull();
});
