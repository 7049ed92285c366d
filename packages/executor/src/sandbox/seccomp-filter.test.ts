import { expect, test } from "vitest";
import { buildSeccompFilter } from "./seccomp-filter.ts";

const allow = 0x7fff0000;
const denied = (errno: number) => 0x00050000 | errno;
const x64 = 0xc000003e;

/** What the kernel would decide: the few instructions of classic BPF that the filter uses. */
function decide(filter: Uint8Array, call: { arch?: number; nr: number; args?: number[] }): number {
  const program = Buffer.from(filter);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.nr, 0);
  data.writeUInt32LE(call.arch ?? x64, 4);
  for (const [index, value] of (call.args ?? []).entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let loaded = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = program.readUInt16LE(at * 8);
    const value = program.readUInt32LE(at * 8 + 4);
    const jump = (taken: boolean) => (taken ? program.readUInt8(at * 8 + 2) : program.readUInt8(at * 8 + 3));
    if (code === 0x06) return value;
    if (code === 0x20) loaded = data.readUInt32LE(value);
    else if (code === 0x15) at += jump(loaded === value);
    else if (code === 0x35) at += jump(loaded >= value);
    else if (code === 0x45) at += jump((loaded & value) !== 0);
    else throw new Error(`unknown instruction ${code}`);
  }
  throw new Error("the filter gives no verdict");
}

const filter = buildSeccompFilter("x64", { memoryIsCounted: true });
const uncounted = buildSeccompFilter("x64", { memoryIsCounted: false });

test.each([
  ["read", { nr: 0 }, allow],
  ["mount", { nr: 165 }, denied(1)],
  ["ptrace", { nr: 101 }, denied(1)],
  ["io_uring_setup", { nr: 425 }, denied(1)],
  ["clone3", { nr: 435 }, denied(38)],
  ["clone for a thread", { nr: 56, args: [0x3d0f00] }, allow],
  ["clone with a new user namespace", { nr: 56, args: [0x10000011] }, denied(1)],
  ["clone with a new time namespace", { nr: 56, args: [0x80] }, denied(1)],
  ["an inet socket", { nr: 41, args: [2] }, allow],
  ["a vsock socket", { nr: 41, args: [40] }, denied(97)],
  ["a packet socket", { nr: 41, args: [17] }, denied(97)],
  ["TIOCGWINSZ", { nr: 16, args: [0, 0x5413] }, allow],
  ["TIOCSTI", { nr: 16, args: [0, 0x5412] }, denied(1)],
  ["TIOCLINUX", { nr: 16, args: [0, 0x541c] }, denied(1)],
  ["mount by its x32 number", { nr: 0x40000000 + 165 }, denied(1)],
  ["memfd_create", { nr: 319 }, allow],
  ["a large segment of shared memory", { nr: 29, args: [0, 2 ** 32] }, allow],
  ["memfd_secret", { nr: 447 }, denied(1)],
  ["a call of the 32-bit ABI", { arch: 0x40000003, nr: 21 }, 0x80000000],
])("%s", (_name, call, expected) => {
  expect(decide(filter, call)).toBe(expected);
});

test.each([
  ["memfd_create", { nr: 319 }, denied(38)],
  ["a segment of 64 KiB", { nr: 29, args: [0, 65_536] }, allow],
  ["a larger one", { nr: 29, args: [0, 65_537] }, denied(12)],
  ["one whose size begins above 32 bits", { nr: 29, args: [0, 2 ** 32] }, denied(12)],
  ["a socket, which comes after them", { nr: 41, args: [40] }, denied(97)],
])("where memory is not counted: %s", (_name, call, expected) => {
  expect(decide(uncounted, call)).toBe(expected);
});

test("arm64 has its own numbers and no 32-bit twin", () => {
  const arm = buildSeccompFilter("arm64", { memoryIsCounted: true });
  expect(decide(arm, { arch: 0xc00000b7, nr: 40 })).toBe(denied(1));
  expect(decide(arm, { arch: 0xc00000b7, nr: 198, args: [40] })).toBe(denied(97));
  expect(decide(arm, { arch: x64, nr: 0 })).toBe(0x80000000);
});
