import { viewEnvironment } from "@skein/core/tools/patch/file-state";
import { runPatch } from "@skein/core/tools/patch/run-patch";
import { MemoryFiles } from "@skein/core/tools/testing/memory-files";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addFile, appendLine, replaceInFile, rewriteFile } from "./patch-text.ts";

const path = "notes.md";
const cwd = "/workspaces/a";

/** What the file says after the real tool has applied the patch. */
async function applied(patch: string, before: string | null): Promise<string | null> {
  const memory = new MemoryFiles();
  if (before !== null) memory.addFile(`${cwd}/${path}`, before);
  const run = await runPatch(patch, cwd, {
    ...viewEnvironment({ readFile: async (file, maxBytes) => memory.read(file, maxBytes) }),
    writeFile: async (file, bytes) => memory.write(file, bytes),
    removeFile: async (file) => memory.remove(file),
  });
  expect(run.stderr).toBe("");
  return memory.text(`${cwd}/${path}`);
}

/** Lines with repeats, indentation and marks that patches use themselves. */
const line = fc.oneof(
  fc.constantFrom("", "same", "  indented", "- item", "+ plus", "@@", "*** End Patch?", "same"),
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
);
const content = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => `${lines.join("\n")}\nend\n`);

describe("patches fit the file they were made for", () => {
  it("adds", async () => {
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        expect(await applied(addFile(path, text), null)).toBe(text);
      }),
    );
  });

  it("appends at the end, whatever repeats before it", async () => {
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        expect(await applied(appendLine(path, text, "a new line"), text)).toBe(`${text}a new line\n`);
      }),
    );
  });

  it("rewrites", async () => {
    await fc.assert(
      fc.asyncProperty(content, content, async (before, after) => {
        expect(await applied(rewriteFile(path, before, after), before)).toBe(after);
      }),
    );
  });

  it("replaces in the first line that has the words", async () => {
    await fc.assert(
      fc.asyncProperty(content, content, async (head, tail) => {
        const before = `${head}the needle here\n${tail}`;
        fc.pre(!head.includes("needle"));
        const patch = replaceInFile(path, before, "needle", "thread");
        expect(await applied(patch ?? "", before)).toBe(`${head}the thread here\n${tail}`);
      }),
    );
  });
});
