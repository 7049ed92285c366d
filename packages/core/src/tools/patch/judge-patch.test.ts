import { expect, test } from "vitest";
import { MemoryFiles } from "../testing/memory-files.ts";
import { viewEnvironment } from "./file-state.ts";
import { judgePatch } from "./judge-patch.ts";
import { blobId } from "./turn-diff.ts";

const id = (text: string | null) => blobId(text === null ? null : Buffer.from(text));
const recorded = [
  { path: "/ws/changed", before: id("old"), after: id("new") },
  { path: "/ws/added", before: null, after: id("x") },
  { path: "/ws/gone", before: id("del"), after: null },
];

test.each<[string, Record<string, string>, string]>([
  ["all written", { changed: "new", added: "x" }, "done"],
  ["none written", { changed: "old", gone: "del" }, "notDone"],
  ["some written", { changed: "new", gone: "del" }, "mixed"],
  ["changed by somebody else", { changed: "mine", added: "x" }, "mixed"],
  ["a directory in the way", { changed: "new", "added/y": "1" }, "mixed"],
])("%s", async (_name, files, verdict) => {
  const memory = new MemoryFiles();
  for (const [name, text] of Object.entries(files)) memory.addFile(`/ws/${name}`, text);
  const view = viewEnvironment({ readFile: async (path, maxBytes) => memory.read(path, maxBytes) });
  expect(await judgePatch(recorded, view)).toBe(verdict);
});
