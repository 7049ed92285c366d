import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { directoriesBetween, readProjectInstructions } from "./project-instructions.ts";

async function read(files: Record<string, string>, cwd: string) {
  return await readProjectInstructions(new FileEnvironment(files), cwd);
}

test("one file per directory, from the root down, an override before the plain name", async () => {
  const files = {
    "/desk/AGENTS.md": "root",
    "/desk/a/AGENTS.md": "plain",
    "/desk/a/AGENTS.override.md": "override",
    "/desk/a/b/AGENTS.md": "leaf",
    "/desk/other/AGENTS.md": "elsewhere",
  };
  expect(await read(files, "/desk/a/b")).toEqual({
    text: "root\n\noverride\n\nleaf",
    sources: ["/desk/AGENTS.md", "/desk/a/AGENTS.override.md", "/desk/a/b/AGENTS.md"],
    warnings: [],
  });
});

test("no files, no text", async () => {
  expect(await read({ "/desk/AGENTS.md": "" }, "/desk")).toEqual({ text: null, sources: [], warnings: [] });
});

test("the file that crosses the bound is cut at a character, those below are left out, both by name", async () => {
  const files = {
    "/desk/AGENTS.md": `${"x".repeat(32 * 1024 - 1)}ü and more`,
    "/desk/a/AGENTS.md": "too late",
  };
  const found = await read(files, "/desk/a");
  expect(found.text).toBe("x".repeat(32 * 1024 - 1));
  expect(found.warnings).toEqual([
    "/desk/AGENTS.md was cut to 32768 of 32778 bytes.",
    "/desk/a/AGENTS.md was left out: the project's instructions exceed 32768 bytes.",
  ]);
});

test("a directory of that name is skipped, an unreadable file is named", async () => {
  const environment = new FileEnvironment({ "/desk/a/AGENTS.md": "x".repeat(2 * 1024 * 1024) });
  environment.files.set("/desk/AGENTS.md", "directory");
  const found = await readProjectInstructions(environment, "/desk/a");
  expect(found).toMatchObject({ text: null, sources: [] });
  expect(found.warnings).toEqual(["/desk/a/AGENTS.md could not be read: /desk/a/AGENTS.md is too large"]);
});

test("bytes that are no UTF-8 do not stop the turn", async () => {
  const environment = new FileEnvironment();
  environment.files.set("/desk/AGENTS.md", Uint8Array.from([0x61, 0xff, 0x62]));
  expect((await readProjectInstructions(environment, "/desk")).text).toBe("a\ufffdb");
});

test.each([
  ["/desk", "/desk", ["/desk"]],
  ["/desk/", "/desk/a", ["/desk", "/desk/a"]],
  ["/", "/a/b", ["/", "/a", "/a/b"]],
  ["/desk", "/workshop", ["/workshop"]],
])("directories from %s to %s", (root, cwd, directories) => {
  expect(directoriesBetween(root, cwd)).toEqual(directories);
});
