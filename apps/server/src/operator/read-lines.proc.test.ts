import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLines } from "./read-lines.ts";
import { Refusal } from "./refusal.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "skein-lines-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function linesOf(content: string, maxBytes = 1_000_000): Promise<readonly string[]> {
  const path = join(directory, "file");
  await writeFile(path, content);
  const lines: string[] = [];
  for await (const line of readLines(path, maxBytes)) lines.push(line);
  return lines;
}

test("lines end at newlines and nowhere else, whatever the chunks of the file", async () => {
  const lines = ["\u2028 and \u2029, \r and \f stay", "", "ü".repeat(100_000), "end"];
  expect(await linesOf(`${lines.join("\n")}\n`)).toEqual(lines);
  expect(await linesOf(lines.join("\n"))).toEqual(lines);
  expect(await linesOf("")).toEqual([]);
});

test("a line that is too long is refused before it is in memory", async () => {
  await expect(linesOf(`short\n${"x".repeat(500_000)}`, 100_000)).rejects.toThrow(
    /^line 2 of .* has more than 100000 bytes/,
  );
});

test("what is not there, or is no file, is refused by its name", async () => {
  await expect(readLines(join(directory, "nowhere"), 10).next()).rejects.toThrow(
    /^"\/.*nowhere" cannot be read: ENOENT/,
  );
  await expect(readLines(directory, 10).next()).rejects.toThrow(/^".*" cannot be read: EISDIR/);
  await expect(readLines(directory, 10).next()).rejects.toThrow(Refusal);
});
