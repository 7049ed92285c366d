import { describe, expect, test } from "vitest";
import { createTurnPatches } from "./turn-diff.ts";

const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));

function diffOf(...writes: readonly (readonly [string, string | null, string | null])[]): string {
  const patches = createTurnPatches();
  for (const [path, before, after] of writes) {
    patches.record([{ path, before: bytes(before), after: bytes(after) }]);
  }
  return patches.diff("/ws");
}

test("a recorded turn of the reference server, byte for byte", () => {
  const diff = diffOf(
    ["/ws/new1.txt", null, "hello new\ntwo\n"],
    ["/ws/a.txt", "line one\n", "line ONE\n"],
    ["/ws/gone.txt", "del\n", null],
  );
  expect(diff).toBe(
    "diff --git a/a.txt b/a.txt\nindex 2d00bd505971a8bc7318d98e003aee708a367c85..97153534a23f63a0d1a2bd887317c61c46ecdb43\n" +
      "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-line one\n+line ONE\n" +
      "diff --git a/gone.txt b/gone.txt\ndeleted file mode 100644\nindex abaddc0b9edd523c69166a2c9f3a9e31a4c873e3..0000000000000000000000000000000000000000\n" +
      "--- a/gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-del\n" +
      "diff --git a/new1.txt b/new1.txt\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..0e0c2e8e234bb8ce0152c6007d9d77fd4f1f0743\n" +
      "--- /dev/null\n+++ b/new1.txt\n@@ -0,0 +1,2 @@\n+hello new\n+two\n",
  );
});

describe("the net change", () => {
  test("spans several patches", () => {
    const diff = diffOf(["/ws/a", "1\n", "2\n"], ["/ws/a", "2\n", "3\n"]);
    expect(diff).toContain("-1\n+3\n");
    expect(diff).not.toContain("2\n");
  });

  test.each<[string, readonly (readonly [string, string | null, string | null])[]]>([
    [
      "changed back",
      [
        ["/ws/a", "1\n", "2\n"],
        ["/ws/a", "2\n", "1\n"],
      ],
    ],
    [
      "added and deleted",
      [
        ["/ws/a", null, "2\n"],
        ["/ws/a", "2\n", null],
      ],
    ],
    [
      "deleted and added",
      [
        ["/ws/a", "1\n", null],
        ["/ws/a", null, "1\n"],
      ],
    ],
    ["none", []],
  ])("vanishes: %s", (_name, writes) => expect(diffOf(...writes)).toBe(""));
});

test("a path outside the root is shown whole", () => {
  expect(diffOf(["/etc/x", null, "1\n"])).toContain("diff --git a//etc/x b//etc/x\n");
});

test("an empty file that comes has a header and no hunks", () => {
  expect(diffOf(["/ws/a", null, ""])).toBe(
    "diff --git a/a b/a\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n",
  );
});

test("bytes that are no text are not shown", () => {
  const patches = createTurnPatches();
  patches.record([{ path: "/ws/a", before: Buffer.from([0xff]), after: null }]);
  expect(patches.diff("/ws")).toMatch(/\nBinary files a\/a and \/dev\/null differ\n$/);
});
