import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";

describe("readConfig", () => {
  it("has a default for everything", () => {
    const config = readConfig({ SKEIN_DATA_DIR: "/srv/skein" }, false);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 4500,
      databaseUrl: null,
      workspaceRoots: ["/srv/skein/workspaces"],
      leaseSeconds: 10,
      compactAfterSeconds: 600,
      logLevel: "info",
    });
  });

  it("keeps data of a server that runs as root out of /root", () => {
    expect(readConfig({}, true).dataDirectory).toBe("/var/lib/skein");
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readConfig({ PORT: "", OPENAI_API_KEY: "" }, true)).toMatchObject({ port: 4500, model: { apiKey: null } });
  });

  it.each([
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["OPENAI_BASE_URL", "localhost:8080"],
    ["NATS_URL", "http://localhost"],
    ["NATS_URL", "nats://localhost"],
    ["SKEIN_ACCOUNTS", "maybe"],
    ["SKEIN_ACCOUNTS", "on"],
    ["SKEIN_LEASE_SECONDS", "0"],
    ["SKEIN_COMPACT_AFTER_SECONDS", "soon"],
    ["SKEIN_ACCESS_TOKEN", "short"],
    ["SKEIN_WORKSPACE_ROOTS", "relative/path"],
    ["SKEIN_BUBBLEWRAP", "bwrap"],
    ["SKEIN_RUNNERS", "build"],
    ["SKEIN_RUNNERS", "build=http://host"],
    ["SKEIN_RUNNERS", "local=ws://host"],
    ["SKEIN_RUNNERS", "Build=ws://host"],
    ["SKEIN_RUNNERS", "local,local"],
    ["SKEIN_RUNNER_TOKEN", "short"],
    ["SKEIN_RUNNER_TOKEN_FILE", "/nonexistent/token"],
    ["SKEIN_RUNNER_PATIENCE_SECONDS", "0"],
    ["LOG_LEVEL", "loud"],
    ["HOST", "0.0.0.0"],
  ])("names %s when it is %s", (name, value) => {
    const read = () => readConfig({ [name]: value }, false);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name}: `));
    expect(read).not.toThrow(/\n/);
  });

  it("has the node's own runner, and others in the order of preference once there is a token", () => {
    expect(readConfig({}, false)).toMatchObject({ runners: [{ name: "local", url: null }], runnerToken: null });
    const token = "0123456789abcdef0123456789abcdef";
    const elsewhere = { SKEIN_RUNNERS: "build=wss://build.example:4600, local" };
    expect(readConfig({ ...elsewhere, SKEIN_RUNNER_TOKEN: token }, false)).toMatchObject({
      runners: [
        { name: "build", url: "wss://build.example:4600" },
        { name: "local", url: null },
      ],
      runnerToken: token,
    });
    expect(() => readConfig(elsewhere, false)).toThrow(/^SKEIN_RUNNER_TOKEN: SKEIN_RUNNERS names runners/);
  });
});
