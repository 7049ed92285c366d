import { ArchiveRefused } from "./archive-refused.ts";

export type ArchiveFormat = "tar" | "tar.gz" | "zip";

/** As many bytes of an archive's beginning as `recogniseArchive` looks at. */
export const recognisedBytes = 512;

const strangers: readonly (readonly [string, readonly number[]])[] = [
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf]],
  ["rar", [0x52, 0x61, 0x72, 0x21]],
];

/** By its first bytes, for names lie. Throws `ArchiveRefused`. */
export function recogniseArchive(head: Uint8Array): ArchiveFormat {
  const begins = (bytes: readonly number[], at = 0) => bytes.every((byte, index) => head[at + index] === byte);
  if (begins([0x1f, 0x8b])) return "tar.gz";
  if (begins([0x50, 0x4b, 3, 4]) || begins([0x50, 0x4b, 5, 6])) return "zip";
  if (begins([...Buffer.from("ustar")], 257)) return "tar";
  const known = strangers.find(([, bytes]) => begins(bytes));
  const what = known === undefined ? "the file is no archive that is known here" : `${known[0]} is not unpacked`;
  throw new ArchiveRefused(`${what}; send a tar, tar.gz or zip`);
}
