import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeZip } from "../testing/write-zip.ts";
import type { DiskLimits, DiskUse } from "../tree/disk-use.ts";
import { ArchiveParts, partName } from "./archive-parts.ts";
import { unpackArchive } from "./unpack-archive.ts";

const roomy: DiskLimits = { maxBytes: 100_000_000, maxFiles: 1000 };
const partBytes = 777;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "unpack-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** As it comes over the wire: in parts that end anywhere. */
async function unpack(archive: Uint8Array, limits = roomy, progress: (use: DiskUse) => void = () => {}) {
  const parts = join(directory, "parts");
  const root = join(directory, "outside", "root");
  mkdirSync(parts);
  mkdirSync(root, { recursive: true });
  const count = Math.ceil(archive.length / partBytes);
  for (let index = 0; index < count; index++) {
    writeFileSync(join(parts, partName(index)), archive.subarray(index * partBytes, (index + 1) * partBytes));
  }
  const unpacked = unpackArchive(new ArchiveParts(parts, { count, partBytes }), root, limits, progress);
  return { root, use: await unpacked };
}

type TarEntry = Partial<Header> & { readonly name: string; readonly contents?: string | Uint8Array };

function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { contents = "", ...header } of entries) archive.entry(header, Buffer.from(contents));
  archive.finalize();
  return buffer(archive as never);
}

const tree: readonly TarEntry[] = [
  { name: "src/", type: "directory" },
  { name: "./src/main.ts", contents: "x".repeat(5000), mode: 0o600 },
  { name: "run.sh", contents: "#!/bin/sh\n", mode: 0o4755 },
  { name: "src/link", type: "symlink", linkname: "../run.sh" },
];

async function expectTree(archive: Uint8Array) {
  const { root, use } = await unpack(archive);
  expect(readFileSync(join(root, "src/main.ts"), "utf8")).toBe("x".repeat(5000));
  expect(statSync(join(root, "run.sh")).mode & 0o7777).toBe(0o755);
  expect(statSync(join(root, "src/main.ts")).mode & 0o7777).toBe(0o644);
  expect(readlinkSync(join(root, "src/link"))).toBe("../run.sh");
  expect(use.files).toBe(4);
}

describe("an archive is unpacked", () => {
  test("from a tar", async () => expectTree(await tarOf(tree)));

  test("from a tar.gz", async () => expectTree(gzipSync(await tarOf(tree))));

  test("from a zip, also one that names no directories", () =>
    expectTree(
      writeZip([
        { name: "src/main.ts", contents: "x".repeat(5000), mode: 0o100600 },
        { name: "run.sh", contents: "#!/bin/sh\n", mode: 0o104755 },
        { name: "src/link", contents: "../run.sh", mode: 0o120777 },
      ]),
    ));

  test("with a second name of a file, and a file that comes twice", async () => {
    const { root } = await unpack(
      await tarOf([
        { name: "a", contents: "one" },
        { name: "b", type: "link", linkname: "a" },
        { name: "c", contents: "old" },
        { name: "c", contents: "new" },
      ]),
    );
    expect(readFileSync(join(root, "b"), "utf8")).toBe("one");
    expect(statSync(join(root, "a")).ino).toBe(statSync(join(root, "b")).ino);
    expect(readFileSync(join(root, "c"), "utf8")).toBe("new");
  });

  test("and tells how far it is", async () => {
    const told: DiskUse[] = [];
    await unpack(await tarOf(tree), roomy, (use) => told.push(use));
    expect(told.at(-1)).toMatchObject({ files: 4 });
    expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).toSorted((a, b) => a - b));
  });
});

const hostile: readonly (readonly [string, readonly TarEntry[], string])[] = [
  ["a name with ..", [{ name: "a/../../evil", contents: "x" }], "leads out"],
  ["an absolute name", [{ name: "/etc/evil", contents: "x" }], "absolute path"],
  ["an absolute link", [{ name: "l", type: "symlink", linkname: "/etc/passwd" }], "absolute path"],
  ["a link out", [{ name: "d/l", type: "symlink", linkname: "../../x" }], "leads out of the workspace"],
  [
    "a link that goes up behind another",
    [
      { name: "a/b/s", type: "symlink", linkname: "../.." },
      { name: "a/b/t", type: "symlink", linkname: "s/.." },
    ],
    "goes up in the middle",
  ],
  [
    "a file through a link",
    [
      { name: "l", type: "symlink", linkname: "." },
      { name: "l/x", contents: "x" },
    ],
    "a directory and something else",
  ],
  ["a link to a file outside", [{ name: "h", type: "link", linkname: "../outside" }], "leads out"],
  [
    "a link to a link",
    [
      { name: "s", type: "symlink", linkname: "x" },
      { name: "h", type: "link", linkname: "s" },
    ],
    "which is no file of the archive",
  ],
  ["a device", [{ name: "dev", type: "character-device", devmajor: 1, devminor: 3 }], "character-device"],
  ["a pipe", [{ name: "pipe", type: "fifo" }], "fifo"],
  [
    "a directory that a file replaces",
    [
      { name: "d/", type: "directory" },
      { name: "d", contents: "x" },
    ],
    "something else in the same archive",
  ],
];

describe("an archive is refused, and nothing is written beside the workspace, for", () => {
  test.each(hostile)("%s", async (_what, entries, words) => {
    await expect(unpack(await tarOf(entries))).rejects.toMatchObject({
      name: "ArchiveRefused",
      message: expect.stringContaining(words),
    });
    expect(readdirSync(join(directory, "outside"))).toEqual(["root"]);
  });

  test.each([
    ["a name with ..", { name: "../evil", contents: "x" }],
    ["backslashes that lead out", { name: "..\\evil", contents: "x" }],
    ["an absolute name", { name: "/evil", contents: "x" }],
    ["a link out", { name: "l", contents: "../x", mode: 0o120777 }],
    ["a device", { name: "dev", contents: "", mode: 0o020666 }],
    ["what is encrypted", { name: "secret", contents: "x", encrypted: true }],
    ["a length that is a lie", { name: "bomb", contents: "x".repeat(1_000_000), claimedBytes: 10 }],
  ])("a zip with %s", async (_what, entry) => {
    await expect(unpack(writeZip([entry]))).rejects.toThrow();
    expect(readdirSync(join(directory, "outside"))).toEqual(["root"]);
  });
});

describe("a bomb ends at the limit", () => {
  const tight: DiskLimits = { maxBytes: 1_000_000, maxFiles: 50 };

  test("of bytes, in a tar.gz", async () => {
    const bomb = gzipSync(await tarOf([{ name: "zeros", contents: new Uint8Array(20_000_000) }]));
    await expect(unpack(bomb, tight)).rejects.toThrow("unpacks to more than 1000000 bytes");
    expect(statSync(join(directory, "outside/root/zeros")).size).toBeLessThan(1_100_000);
  });

  test("of bytes, in a zip", async () => {
    const bomb = writeZip([{ name: "zeros", contents: new Uint8Array(20_000_000) }]);
    await expect(unpack(bomb, tight)).rejects.toThrow("unpacks to more than 1000000 bytes");
    expect(statSync(join(directory, "outside/root/zeros")).size).toBeLessThan(1_100_000);
  });

  test("of files, directories that are only passed among them", async () => {
    const many = await tarOf(Array.from({ length: 51 }, (_, index) => ({ name: `f${index}` })));
    await expect(unpack(many, tight)).rejects.toThrow("holds more than 50 files");
    rmSync(join(directory, "parts"), { recursive: true });
    const deep = await tarOf([{ name: Array.from({ length: 60 }, () => "d").join("/") }]);
    await expect(unpack(deep, tight)).rejects.toThrow("holds more than 50 files");
  });

  test("of empty bytes between the entries", async () => {
    const padded = Buffer.concat([
      (await tarOf([{ name: "a", contents: "x" }])).subarray(0, 1024),
      Buffer.alloc(30_000_000),
    ]);
    await expect(unpack(gzipSync(padded), tight)).rejects.toThrow("unpacks to more than");
  });
});

test.each([
  ["an xz file", Buffer.from("fd377a585a00", "hex"), "xz is not unpacked"],
  ["nothing", Buffer.alloc(0), "no archive that is known"],
  ["a page of HTML", Buffer.from("<!doctype html>"), "send a tar, tar.gz or zip"],
])("%s is refused with what may be sent", async (_what, bytes, words) => {
  await expect(unpack(bytes)).rejects.toThrow(words);
});

test.each([
  ["tar.gz", async () => gzipSync(await tarOf([{ name: "a", contents: "x".repeat(9000) }]))],
  ["zip", async () => writeZip([{ name: "a", contents: "x".repeat(9000) }])],
])("a %s that was cut short is refused", async (_format, make) => {
  const whole = await make();
  await expect(unpack(whole.subarray(0, whole.length - 30))).rejects.toThrow("damaged");
});
