/**
 * The system call filter of a sandbox as classic BPF, made here so that no compiler and no library is needed.
 * Layout of an instruction: linux/filter.h; of what it reads: `struct seccomp_data` of linux/seccomp.h.
 */
import { type Architecture, auditArchitecture, examinedCalls, refusedCalls } from "./system-call.ts";

/** Jumps are relative: `ifTrue` and `ifFalse` skip that many instructions. */
interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly value: number;
}

const loadWord = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const jumpIfAnyBit = 0x45;
const giveVerdict = 0x06;

const offsetOfNumber = 0;
const offsetOfArchitecture = 4;
/** Low half of a 64-bit argument on a little-endian machine. */
const offsetOfArgument = (index: number) => 16 + 8 * index;

const errno = { EPERM: 1, ENOMEM: 12, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;
const allow = 0x7fff0000;
const killProcess = 0x80000000;
const refuse = (code: keyof typeof errno) => 0x00050000 | errno[code];

/** Numbers from here on belong to the x32 ABI, which would give every refused call a second name. */
const firstX32Call = 0x40000000;
/** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of linux/sched.h. */
const namespaceFlags = 0x80 | 0x20000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. AF_VSOCK above all is not bound to a network namespace. */
const socketFamilies = [1, 2, 10, 16];
/** Both type into a terminal on behalf of another session: TIOCSTI, TIOCLINUX. */
const refusedTerminalRequests = [0x5412, 0x541c];

/** Of a segment of shared memory; with the kernel's 4096 segments of a namespace that is 256 MiB. */
const maxUncountedSegmentBytes = 64 * 1024;

/**
 * `memoryIsCounted`: control groups see all memory. Without them nothing would bound what lies in a memfd or in a segment of
 * shared memory, so that there is none of the first and little of the second.
 */
export function buildSeccompFilter(
  architecture: Architecture,
  { memoryIsCounted }: { readonly memoryIsCounted: boolean },
): Uint8Array {
  return encode([
    load(offsetOfArchitecture),
    when(jumpIfEqual, auditArchitecture[architecture], 1, 0),
    verdict(killProcess),
    load(offsetOfNumber),
    ...(architecture === "x64" ? [when(jumpIfAtLeast, firstX32Call, 0, 1), verdict(refuse("EPERM"))] : []),
    ...Object.values(refusedCalls).flatMap((numbers) => {
      const number = numbers[architecture];
      return number === undefined ? [] : [when(jumpIfEqual, number, 0, 1), verdict(refuse("EPERM"))];
    }),
    // Its flags lie in memory, where a filter cannot look; libraries fall back to clone.
    ...call(examinedCalls.clone3[architecture], [verdict(refuse("ENOSYS"))]),
    ...call(examinedCalls.clone[architecture], [
      load(offsetOfArgument(0)),
      when(jumpIfAnyBit, namespaceFlags, 0, 1),
      verdict(refuse("EPERM")),
      verdict(allow),
    ]),
    ...call(examinedCalls.ioctl[architecture], [
      load(offsetOfArgument(1)),
      ...refusedTerminalRequests.flatMap((request) => [when(jumpIfEqual, request, 0, 1), verdict(refuse("EPERM"))]),
      verdict(allow),
    ]),
    ...(memoryIsCounted ? [] : refuseUncountedMemory(architecture)),
    ...call(examinedCalls.socket[architecture], [
      load(offsetOfArgument(0)),
      ...socketFamilies.flatMap((family) => [when(jumpIfEqual, family, 0, 1), verdict(allow)]),
      verdict(refuse("EAFNOSUPPORT")),
    ]),
    verdict(allow),
  ]);
}

function refuseUncountedMemory(architecture: Architecture): Instruction[] {
  return [
    // As on a kernel that has no such call: programs fall back to files.
    ...call(examinedCalls.memfd_create[architecture], [verdict(refuse("ENOSYS"))]),
    ...call(examinedCalls.shmget[architecture], [
      load(offsetOfArgument(1) + 4),
      when(jumpIfEqual, 0, 1, 0),
      verdict(refuse("ENOMEM")),
      load(offsetOfArgument(1)),
      when(jumpIfAtLeast, maxUncountedSegmentBytes + 1, 0, 1),
      verdict(refuse("ENOMEM")),
      verdict(allow),
    ]),
  ];
}

/** `body` for one call; it must end in a verdict, as it leaves another word loaded. */
function call(number: number | undefined, body: readonly Instruction[]): Instruction[] {
  return number === undefined ? [] : [when(jumpIfEqual, number, 0, body.length), ...body];
}

function load(offset: number): Instruction {
  return { code: loadWord, ifTrue: 0, ifFalse: 0, value: offset };
}

function when(code: number, value: number, ifTrue: number, ifFalse: number): Instruction {
  return { code, ifTrue, ifFalse, value };
}

function verdict(value: number): Instruction {
  return { code: giveVerdict, ifTrue: 0, ifFalse: 0, value };
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, { code, ifTrue, ifFalse, value }] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
