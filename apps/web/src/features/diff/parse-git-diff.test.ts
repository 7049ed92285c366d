import { describe, expect, it } from "vitest";
import { parseGitDiff } from "./parse-git-diff.ts";

const recorded = `diff --git a/a.txt b/a.txt
index 2d00bd505971a8bc7318d98e003aee708a367c85..97153534a23f63a0d1a2bd887317c61c46ecdb43
--- a/a.txt
+++ b/a.txt
@@ -1 +1 @@ top
-line one
+line ONE
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
index abaddc0b9edd523c69166a2c9f3a9e31a4c873e3..0000000000000000000000000000000000000000
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-del
diff --git a/new1.txt b/new1.txt
new file mode 100644
index 0000000000000000000000000000000000000000..0e0c2e8e234bb8ce0152c6007d9d77fd4f1f0743
--- /dev/null
+++ b/new1.txt
@@ -0,0 +1,2 @@
+hello new
+two
`;

describe("parseGitDiff", () => {
  it("reads a changed, a deleted and a new file", () => {
    expect(parseGitDiff(recorded)).toEqual([
      {
        path: "a.txt",
        movedFrom: null,
        change: "update",
        binary: false,
        added: 1,
        deleted: 1,
        hunks: [
          {
            heading: "top",
            lines: [
              { kind: "delete", before: 1, after: null, text: "line one" },
              { kind: "add", before: null, after: 1, text: "line ONE" },
            ],
          },
        ],
      },
      {
        path: "gone.txt",
        movedFrom: null,
        change: "delete",
        binary: false,
        added: 0,
        deleted: 1,
        hunks: [{ heading: "", lines: [{ kind: "delete", before: 1, after: null, text: "del" }] }],
      },
      {
        path: "new1.txt",
        movedFrom: null,
        change: "add",
        binary: false,
        added: 2,
        deleted: 0,
        hunks: [
          {
            heading: "",
            lines: [
              { kind: "add", before: null, after: 1, text: "hello new" },
              { kind: "add", before: null, after: 2, text: "two" },
            ],
          },
        ],
      },
    ]);
  });

  it("reads lines that look like headers as what they are", () => {
    const [file] = parseGitDiff(
      "diff --git a/q.sql b/q.sql\n--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- old comment\n+++ counter\n diff\n",
    );
    expect(file!.hunks[0]!.lines.map((line) => [line.kind, line.text])).toEqual([
      ["delete", "-- old comment"],
      ["add", "++ counter"],
      ["context", "diff"],
    ]);
  });

  it("reads a move without a change of text", () => {
    const [file] = parseGitDiff(
      "diff --git a/old name.txt b/new name.txt\nsimilarity index 100%\nrename from old name.txt\nrename to new name.txt\n",
    );
    expect(file).toMatchObject({ path: "new name.txt", movedFrom: "old name.txt", hunks: [], added: 0, deleted: 0 });
  });

  it("reads a binary file and an empty new one by their first line", () => {
    const files = parseGitDiff(
      "diff --git a/x y.png b/x y.png\nindex 1..2 100644\nBinary files a/x y.png and b/x y.png differ\n" +
        "diff --git a/empty b/empty\nnew file mode 100644\nindex 0..e\n",
    );
    expect(files.map(({ path, binary, change }) => ({ path, binary, change }))).toEqual([
      { path: "x y.png", binary: true, change: "update" },
      { path: "empty", binary: false, change: "add" },
    ]);
  });

  it("undoes the quoting of unusual paths", () => {
    const [file] = parseGitDiff(
      'diff --git "a/gr\\303\\274n" "b/gr\\303\\274n"\n--- "a/gr\\303\\274n"\n+++ "b/gr\\303\\274n"\n',
    );
    expect(file!.path).toBe("grün");
  });

  it("finds no file in an empty diff", () => {
    expect(parseGitDiff("")).toEqual([]);
  });
});
