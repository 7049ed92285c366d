import { readLimitSettings } from "@skein/executor/resources/limit-settings";
import { describe, expect, test } from "vitest";
import { readServeConfig } from "./serve-config.ts";

const token = "0123456789abcdef0123456789abcdef";

describe("what a runner reads from its environment", () => {
  test("has a default for everything but the token", () => {
    expect(readServeConfig({ SKEIN_RUNNER_TOKEN: token, SKEIN_DATA_DIR: "/srv/runner" }, false)).toEqual({
      name: null,
      host: "127.0.0.1",
      port: 4600,
      token,
      tokenFile: null,
      dataDirectory: "/srv/runner",
      workspaceRoots: ["/srv/runner/workspaces"],
      allowUnsandboxed: false,
      bubblewrapPath: "/usr/bin/bwrap",
      internalHosts: [],
      limits: readLimitSettings({}),
    });
    expect(readServeConfig({ SKEIN_RUNNER_TOKEN: token }, true).dataDirectory).toBe("/var/lib/skein-runner");
  });

  test("names the token that is missing, without one it does not start", () => {
    expect(() => readServeConfig({}, false)).toThrow(/^SKEIN_RUNNER_TOKEN: nodes have to show a token/);
  });

  test.each([
    ["SKEIN_RUNNER_NAME", "Build Box"],
    ["SKEIN_RUNNER_NAME", "local"],
    ["SKEIN_RUNNER_PORT", "eighty"],
    ["SKEIN_RUNNER_PORT", "70000"],
    ["SKEIN_RUNNER_TOKEN", "short"],
    ["SKEIN_RUNNER_TOKEN", "with spaces in it, which no header can carry"],
    ["SKEIN_RUNNER_TOKEN_FILE", "/nonexistent/token"],
    ["SKEIN_WORKSPACE_ROOTS", "relative/path"],
    ["SKEIN_ALLOW_UNSANDBOXED", "maybe"],
    ["SKEIN_LIMIT_PROCESSES", "none"],
  ])("names %s when it is %s", (name, value) => {
    const given = name.startsWith("SKEIN_RUNNER_TOKEN") ? {} : { SKEIN_RUNNER_TOKEN: token };
    const read = () => readServeConfig({ ...given, [name]: value }, false);
    expect(read).toThrow(new RegExp(`^${name}: `));
    expect(read).not.toThrow(/\n/);
  });
});
