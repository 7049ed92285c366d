import { describe, expect, test } from "vitest";
import { classifyAddress, type RefusedAddressReason } from "./classify-address.ts";

const none = new Set<string>();

const refused: readonly (readonly [string, RefusedAddressReason])[] = [
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "unspecified"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["10.0.0.1", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.168.1.1", "private"],
  ["169.254.1.1", "linkLocal"],
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["100.64.0.1", "carrierGradeNat"],
  ["100.127.255.255", "carrierGradeNat"],
  ["100.100.100.200", "metadata"],
  ["168.63.129.16", "metadata"],
  ["192.0.0.192", "metadata"],
  ["192.0.0.8", "reserved"],
  ["192.0.2.7", "documentation"],
  ["198.51.100.7", "documentation"],
  ["203.0.113.7", "documentation"],
  ["192.88.99.1", "reserved"],
  ["198.18.0.1", "reserved"],
  ["198.19.255.255", "reserved"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["fe80::1", "linkLocal"],
  ["fec0::1", "reserved"],
  ["fc00::1", "private"],
  ["fd12:3456::1", "private"],
  ["fd00:ec2::254", "metadata"],
  ["fd00:0ec2:0:0:0:0:0:254", "metadata"],
  ["ff02::1", "multicast"],
  ["::ffff:127.0.0.1", "embeddedIpv4"],
  ["::ffff:8.8.8.8", "embeddedIpv4"],
  ["::ffff:7f00:1", "embeddedIpv4"],
  ["::ffff:0:127.0.0.1", "embeddedIpv4"],
  ["::127.0.0.1", "embeddedIpv4"],
  ["::8.8.8.8", "embeddedIpv4"],
  ["64:ff9b::7f00:1", "embeddedIpv4"],
  ["64:ff9b::808:808", "embeddedIpv4"],
  ["64:ff9b:1::a00:1", "embeddedIpv4"],
  ["2002:7f00:1::", "embeddedIpv4"],
  ["2001::7f00:1", "embeddedIpv4"],
  ["2001:db8::1", "documentation"],
  ["3fff::1", "documentation"],
  ["2001:2::1", "reserved"],
  ["2001:20::1", "reserved"],
  ["100::1", "reserved"],
  ["4000::1", "reserved"],
  ["5f00::1", "reserved"],
  ["fe80::1%eth0", "malformed"],
  ["2606:4700::1111%lo", "malformed"],
  ["0177.0.0.1", "malformed"],
  ["0x7f.0.0.1", "malformed"],
  ["2130706433", "malformed"],
  ["127.1", "malformed"],
  ["", "malformed"],
  ["example.org", "malformed"],
  ["1.2.3.4 ", "malformed"],
];

describe("an address that is not public", () => {
  test.each(refused)("%s is refused as %s", (address, reason) => {
    expect(classifyAddress(address, none)).toEqual({ type: "refused", reason });
  });
});

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "172.15.255.255",
  "172.32.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "2606:4700:4700::1111",
])("%s is public", (address) => expect(classifyAddress(address, none)).toEqual({ type: "public" }));

test("this machine's own public address is refused in every spelling", () => {
  const own = new Set(["8.8.4.4", "2606:4700::1"]);
  const verdict = { type: "refused", reason: "ownInterface" };
  expect(classifyAddress("8.8.4.4", own)).toEqual(verdict);
  expect(classifyAddress("2606:4700:0:0:0:0:0:0001", own)).toEqual(verdict);
  expect(classifyAddress("2606:4700::2", own)).toEqual({ type: "public" });
});
