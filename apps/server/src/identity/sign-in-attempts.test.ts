import { describe, expect, test } from "vitest";
import { bucketAddress, deriveBuckets } from "./sign-in-attempts.ts";

describe("an address", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0db8:0001:0002::ffff", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
  ])("%s is counted as %s", (ip, counted) => expect(bucketAddress(ip)).toBe(counted));
});

describe("an attempt", () => {
  const stranger = { emailKey: "ada@example.org", address: "192.0.2.7", knownDevice: null };
  const keys = (attempt: typeof stranger | Parameters<typeof deriveBuckets>[0]) =>
    deriveBuckets(attempt).map(([key]) => key);

  test("of a stranger counts for the address and for the account", () => {
    const [address, account] = keys(stranger);
    expect(keys({ ...stranger, emailKey: "bo@example.org" })).toEqual([
      address,
      expect.not.stringMatching(account ?? ""),
    ]);
    expect(keys({ ...stranger, address: "192.0.2.8" })).toEqual([expect.not.stringMatching(address ?? ""), account]);
  });

  test("in a known browser counts for nothing that strangers can use up", () => {
    const known = keys({ ...stranger, knownDevice: "a" });
    expect(known).toHaveLength(1);
    expect(keys(stranger)).not.toContain(known[0]);
    expect(keys({ ...stranger, knownDevice: "b" })).not.toEqual(known);
    expect(keys({ ...stranger, address: "192.0.2.8", knownDevice: "a" })).toEqual(known);
  });

  test("does not keep addresses of people as they are", () => {
    expect(JSON.stringify(deriveBuckets(stranger))).not.toContain("ada");
  });
});
