import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { directoriesBetween, readProjectInstructions } from "./project-instructions.ts";

async function read(files: Record<string, string>, cwd: string) {
  return await readProjectInstructions(new FileEnvironment(files), cwd);
}

test("one file per directory, from the root down, an override before the plain name", async () => {
  const files = {
    "/work/AGENTS.md": "root",
    "/work/a/AGENTS.md": "plain",
    "/work/a/AGENTS.override.md": "override",
    "/work/a/b/AGENTS.md": "leaf",
    "/work/other/AGENTS.md": "elsewhere",
  };
  expect(await read(files, "/work/a/b")).toEqual({
    text: "root\n\noverride\n\nleaf",
    sources: ["/work/AGENTS.md", "/work/a/AGENTS.override.md", "/work/a/b/AGENTS.md"],
    warnings: [],
  });
});

test("no files, no text", async () => {
  expect(await read({ "/work/AGENTS.md": "" }, "/work")).toEqual({ text: null, sources: [], warnings: [] });
});

test("the file that crosses the bound is cut at a character, those below are left out, both by name", async () => {
  const files = {
    "/work/AGENTS.md": `${"x".repeat(32 * 1024 - 1)}ü and more`,
    "/work/a/AGENTS.md": "too late",
  };
  const found = await read(files, "/work/a");
  expect(found.text).toBe("x".repeat(32 * 1024 - 1));
  expect(found.warnings).toEqual([
    "/work/AGENTS.md was cut to 32768 of 32778 bytes.",
    "/work/a/AGENTS.md was left out: the project's instructions exceed 32768 bytes.",
  ]);
});

test("a directory of that name is skipped, an unreadable file is named", async () => {
  const environment = new FileEnvironment({ "/work/a/AGENTS.md": "x".repeat(2 * 1024 * 1024) });
  environment.files.set("/work/AGENTS.md", "directory");
  const found = await readProjectInstructions(environment, "/work/a");
  expect(found).toMatchObject({ text: null, sources: [] });
  expect(found.warnings).toEqual(["/work/a/AGENTS.md could not be read: /work/a/AGENTS.md is too large"]);
});

test("bytes that are no UTF-8 do not stop the turn", async () => {
  const environment = new FileEnvironment();
  environment.files.set("/work/AGENTS.md", Uint8Array.from([0x61, 0xff, 0x62]));
  expect((await readProjectInstructions(environment, "/work")).text).toBe("a\ufffdb");
});

test.each([
  ["/work", "/work", ["/work"]],
  ["/work/", "/work/a", ["/work", "/work/a"]],
  ["/", "/a/b", ["/", "/a", "/a/b"]],
  ["/work", "/workshop", ["/workshop"]],
])("directories from %s to %s", (root, cwd, directories) => {
  expect(directoriesBetween(root, cwd)).toEqual(directories);
});
