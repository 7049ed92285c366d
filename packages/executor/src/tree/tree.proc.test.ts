import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { measureTree } from "./measure-tree.ts";

let directory: string;
let root: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tree-"));
  root = join(directory, "root");
  mkdirSync(root);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** It goes through directories as a process, which a test must not do with its own. */
function empty(): void {
  const code = `import(${JSON.stringify(join(import.meta.dirname, "empty-directory.ts"))}).then((m) => m.emptyDirectory(${JSON.stringify(root)}))`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

test("a tree takes its blocks; a file of two names counts once, and a link for itself", () => {
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/one"), "x".repeat(10_000));
  const before = measureTree(root);
  expect(before.files).toBe(3);
  expect(before.bytes).toBeGreaterThanOrEqual(10_000);
  linkSync(join(root, "a/one"), join(root, "a/two"));
  symlinkSync(directory, join(root, "out"));
  const after = measureTree(root);
  expect(after.files).toBe(5);
  expect(after.bytes - before.bytes).toBeLessThan(10_000);
});

test("what is closed, deep and wide goes, and what a link leads to stays", () => {
  const kept = join(directory, "kept");
  mkdirSync(kept);
  writeFileSync(join(kept, "file"), "");
  symlinkSync(kept, join(root, "link"));
  for (let index = 0; index < 300; index++) {
    mkdirSync(join(root, `wide-${index}`));
    writeFileSync(join(root, `wide-${index}`, "file"), "");
  }
  mkdirSync(join(root, "closed/inner"), { recursive: true });
  writeFileSync(join(root, "closed/inner/file"), "");
  chmodSync(join(root, "closed/inner"), 0o000);
  chmodSync(join(root, "closed"), 0o500);
  // 40 times 200 letters are twice what a path may have.
  const deep = "d".repeat(200);
  const digging = spawnSync("sh", ["-c", `for i in $(seq 40); do mkdir ${deep} && cd -P ${deep} || exit 1; done`], {
    cwd: root,
  });
  expect(digging.status).toBe(0);
  empty();
  expect(readdirSync(root)).toEqual([]);
  expect(existsSync(join(kept, "file"))).toBe(true);
});
