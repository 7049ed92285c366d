import { describe, expect, it } from "vitest";
import { turnOf } from "../../testing/items.ts";
import { chooseTurn, deriveThreadChanges, deriveTurnChanges } from "./derive-changes.ts";

const edit = (path: string, before: string, after: string) =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-${before}\n+${after}\n`;
const first = turnOf([], { id: "one", diff: edit("a.ts", "1", "2") + edit("b.ts", "x", "y") });
const second = turnOf([], { id: "two", diff: edit("a.ts", "2", "3") });
const talk = turnOf([], { id: "three" });

describe("changes", () => {
  it("of a turn are the files of its diff", () => {
    expect(deriveTurnChanges(first).map(({ path, added, deleted }) => [path, added, deleted])).toEqual([
      ["a.ts", 1, 1],
      ["b.ts", 1, 1],
    ]);
    expect(deriveTurnChanges(talk)).toEqual([]);
    expect(deriveTurnChanges(undefined)).toEqual([]);
  });

  it("of a thread have an entry per turn, and the file changed last comes last", () => {
    const changes = deriveThreadChanges([first, second, talk]);
    expect(changes.map(({ path, changes: entries, added }) => [path, entries.length, added])).toEqual([
      ["b.ts", 1, 1],
      ["a.ts", 2, 2],
    ]);
  });

  it("follow a file that moved", () => {
    const moved = turnOf([], {
      diff: "diff --git a/a.ts b/c.ts\nsimilarity index 100%\nrename from a.ts\nrename to c.ts\n",
    });
    expect(deriveThreadChanges([first, moved]).map(({ path }) => path)).toEqual(["b.ts", "c.ts"]);
  });
});

describe("chooseTurn", () => {
  it("prefers the chosen turn, then the latest that changed something", () => {
    const turns = [first, second, talk];
    expect(chooseTurn(turns, "one")).toBe(first);
    expect(chooseTurn(turns, null)).toBe(second);
    expect(chooseTurn([talk], null)).toBeUndefined();
  });
});
