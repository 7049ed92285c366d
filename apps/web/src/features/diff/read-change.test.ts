import { describe, expect, it } from "vitest";
import { readChange, relativePath } from "./read-change.ts";

describe("readChange", () => {
  it("reads an update with a move", () => {
    const file = readChange(
      {
        path: "/w/a.txt",
        kind: { type: "update", move_path: "/w/b/a.txt" },
        diff: "@@ -3,2 +3,2 @@\n same\n-old\n+new\n",
      },
      "/w",
    );
    expect(file).toMatchObject({ path: "b/a.txt", movedFrom: "a.txt", change: "update", added: 1, deleted: 1 });
    expect(file.hunks[0]!.lines[0]).toEqual({ kind: "context", before: 3, after: 3, text: "same" });
  });

  it("reads the text of an added and of a deleted file", () => {
    const added = readChange({ path: "/w/n", kind: { type: "add" }, diff: "one\ntwo\n" }, "/w");
    expect(added).toMatchObject({ change: "add", added: 2, deleted: 0 });
    const deleted = readChange({ path: "/w/d", kind: { type: "delete" }, diff: "@@ not a hunk\n" }, "/w");
    expect(deleted.hunks).toEqual([
      { heading: "", lines: [{ kind: "delete", before: 1, after: null, text: "@@ not a hunk" }] },
    ]);
  });

  it("leaves line numbers out when a hunk has none, and the note on a missing line end", () => {
    const file = readChange(
      {
        path: "/w/a",
        kind: { type: "update", move_path: null },
        diff: "@@ function f()\n-a\n+b\n\\ No newline at end of file\n",
      },
      "/w",
    );
    expect(file.hunks).toEqual([
      {
        heading: "function f()",
        lines: [
          { kind: "delete", before: null, after: null, text: "a" },
          { kind: "add", before: null, after: null, text: "b" },
        ],
      },
    ]);
  });
});

describe("relativePath", () => {
  it.each([
    ["/w/src/a.ts", "/w", "src/a.ts"],
    ["/w/a.ts", "/w/", "a.ts"],
    ["/wide/a.ts", "/w", "/wide/a.ts"],
  ])("%s from %s is %s", (path, root, relative) => expect(relativePath(path, root)).toBe(relative));
});
