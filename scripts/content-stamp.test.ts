import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashInputs } from "./content-stamp.ts";

let root: string;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stamp-"));
  mkdirSync(join(root, "src/deep"), { recursive: true });
  write("src/a.ts", "a");
  write("src/deep/b.ts", "b");
});

afterEach(() => rmSync(root, { recursive: true }));

it("changes with any byte, any name and any new file", () => {
  const hashes = [hashInputs(["src"], root)];
  write("src/deep/b.ts", "c");
  hashes.push(hashInputs(["src"], root));
  write("src/deep/c.ts", "");
  hashes.push(hashInputs(["src"], root));
  rmSync(join(root, "src/deep/c.ts"));
  write("src/deep/d.ts", "");
  hashes.push(hashInputs(["src"], root));
  expect(new Set(hashes).size).toBe(hashes.length);
});

it("stays when only tests, outputs and installed packages change", () => {
  const before = hashInputs(["src"], root);
  write("src/a.test.ts", "x");
  for (const directory of ["dist", "node_modules"]) {
    mkdirSync(join(root, "src", directory));
    write(`src/${directory}/x.ts`, "x");
  }
  expect(hashInputs(["src"], root)).toBe(before);
});

it("takes an input that does not exist for an empty one", () => {
  expect(hashInputs(["src", "missing"], root)).toBe(hashInputs(["src"], root));
});
