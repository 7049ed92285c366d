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
    ["SKEIN_PUBLIC_URL", "https://tools.example.org/skein"],
    ["SKEIN_PUBLIC_URL", "https://tools.example.org/?at=skein"],
    ["SKEIN_PUBLIC_URL", "https://ada@tools.example.org"],
    ["SKEIN_RATE_UPGRADES", "fast"],
    ["SKEIN_LEASE_SECONDS", "0"],
    ["SKEIN_MODEL_PATIENCE_SECONDS", "0"],
    ["SKEIN_COMPACT_AFTER_SECONDS", "soon"],
    ["SKEIN_ACCESS_TOKEN", "short"],
    ["SKEIN_SECRET", "short"],
    ["SKEIN_WORKSPACE_ROOTS", "relative/path"],
    ["SKEIN_BUBBLEWRAP", "bwrap"],
    ["SKEIN_INTERNAL_HOSTS", "http://git.example.org"],
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
    ["SKEIN_TRUST_PROXY", "yes"],
    ["SKEIN_TRUST_PROXY", "10.0.0.0/33"],
    ["SKEIN_TRUST_PROXY", "proxy.example"],
    ["SKEIN_OIDC_ISSUER", "accounts.example"],
  ])("names %s when it is %s", (name, value) => {
    const read = () => readConfig({ [name]: value }, false);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name}: `));
    expect(read).not.toThrow(/\n/);
  });

  const provider = {
    SKEIN_OIDC_ISSUER: "https://id.example",
    SKEIN_OIDC_CLIENT_ID: "skein",
    SKEIN_OIDC_CLIENT_SECRET: "secret",
  };

  it("goes beyond loopback with accounts and a public address only", () => {
    const beyond = { HOST: "0.0.0.0", SKEIN_ACCOUNTS: "on", SKEIN_PUBLIC_URL: "https://skein.example" };
    expect(readConfig(beyond, false)).toMatchObject({ host: "0.0.0.0", accounts: true, provider: null });
    expect(() => readConfig({ ...beyond, SKEIN_ACCOUNTS: "off" }, false)).toThrow(/^HOST: /);
    expect(() => readConfig({ ...beyond, SKEIN_PUBLIC_URL: "" }, false)).toThrow(/^SKEIN_PUBLIC_URL: /);
    expect(readConfig({ SKEIN_ACCOUNTS: "on" }, false)).toMatchObject({ host: "127.0.0.1", publicUrl: null });
    const token = { ...beyond, SKEIN_ACCESS_TOKEN: "0123456789abcdef" };
    expect(() => readConfig(token, false)).toThrow(/^SKEIN_ACCESS_TOKEN: /);
  });

  it("knows a provider when all of it is given, over https, and there are accounts", () => {
    const given = { ...provider, SKEIN_ACCOUNTS: "on" };
    expect(readConfig(given, false).provider).toEqual({
      ...{ issuer: "https://id.example", clientId: "skein", clientSecret: "secret", name: "id.example" },
    });
    for (const name of Object.keys(provider)) {
      const missing = { ...given, [name]: "" };
      expect(() => readConfig(missing, false)).toThrow(new RegExp(`^${name}: must be set`));
    }
    expect(() => readConfig(provider, false)).toThrow(/^SKEIN_OIDC_ISSUER: needs SKEIN_ACCOUNTS/);
    const plain = { ...given, SKEIN_OIDC_ISSUER: "http://id.example" };
    expect(() => readConfig(plain, false)).toThrow(/^SKEIN_OIDC_ISSUER: must be an https/);
  });

  it.each([
    ["", "none"],
    ["off", "none"],
    ["on", "whoeverConnects"],
    ["10.0.0.1, 192.168.0.0/16,fd00::/8", ["10.0.0.1", "192.168.0.0/16", "fd00::/8"]],
  ])("trusts of %j the proxies %j", (value, proxies) => {
    expect(readConfig({ SKEIN_TRUST_PROXY: value }, false).trustedProxies).toEqual(proxies);
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
