import { describe, expect, it } from "vitest";
import { ConfigError } from "./config-error.ts";
import { readRateSettings } from "./config-rates.ts";

describe("readRateSettings", () => {
  it("limits people and addresses only where there are several people", () => {
    const alone = readRateSettings({}, false);
    expect(alone).toMatchObject({ upgrades: null, http: null, files: null });
    expect(alone.requests).toMatchObject({ member: null, tenant: null, connection: { burst: 2000, perSecond: 200 } });
    expect(alone.links.address).not.toBeNull();
    const together = readRateSettings({}, true);
    expect(Object.values({ ...together, ...together.requests, ...together.connections })).not.toContain(null);
  });

  it("takes every limit as it is set, and off for none", () => {
    const set = { SKEIN_RATE_UPGRADES: "10/0.5", SKEIN_RATE_LINK: "off", SKEIN_CONNECTIONS_PER_MEMBER: "7" };
    const settings = readRateSettings({ ...set, SKEIN_CONNECTIONS_PER_NODE: "off" }, false);
    expect(settings).toMatchObject({ upgrades: { burst: 10, perSecond: 0.5 }, links: { link: null } });
    expect(settings.connections).toMatchObject({ node: null, member: 7 });
    expect(readRateSettings({ SKEIN_RATE_INBOUND_KB: "16384/2048" }, true).inbound).toEqual({
      burst: 16 * 1024 * 1024,
      perSecond: 2 * 1024 * 1024,
    });
  });

  it.each([
    ["SKEIN_RATE_UPGRADES", "fast"],
    ["SKEIN_RATE_UPGRADES", "10"],
    ["SKEIN_RATE_HTTP", "0/1"],
    ["SKEIN_RATE_FILES", "10/0"],
    ["SKEIN_RATE_LINK", "-1/1"],
    ["SKEIN_CONNECTIONS_PER_NODE", "0"],
    ["SKEIN_CONNECTIONS_PER_LINK", "many"],
    ["SKEIN_RATE_INBOUND_KB", "1024/1024"],
    ["SKEIN_RATE_INBOUND_KB", "65536/1024"],
  ])("says what is wrong with %s=%s", (name, value) => {
    const read = () => readRateSettings({ [name]: value }, true);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name}: must `));
  });
});
