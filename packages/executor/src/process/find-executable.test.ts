import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findExecutable } from "./find-executable.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "find-"));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/tool"), "#!/bin/sh\n");
  chmodSync(join(root, "bin/tool"), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

test("a name is looked up in the search path, a path is taken as it is", () => {
  const path = join(root, "bin/tool");
  expect(findExecutable("tool", root, `/nowhere:${root}/bin`)).toEqual({ found: true, path });
  expect(findExecutable("bin/tool", root, undefined)).toEqual({ found: true, path });
  expect(findExecutable(path, "/", "")).toEqual({ found: true, path });
});

test("missing is 127, a directory is 126", () => {
  expect(findExecutable("none", root, `${root}/bin`)).toMatchObject({ exitCode: 127 });
  expect(findExecutable("", root, `${root}/bin`)).toMatchObject({ exitCode: 127 });
  expect(findExecutable("./bin", root, undefined)).toMatchObject({ exitCode: 126 });
});
