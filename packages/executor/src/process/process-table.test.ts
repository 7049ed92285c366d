import { expect, test } from "vitest";
import { type ProcessEntry, parseStat, selectTree } from "./process-table.ts";

test("a command name with spaces and parentheses does not shift the fields", () => {
  expect(parseStat(7, "7 (a) b (c)) S 3 7 5 34816 9 4194304")).toEqual({
    pid: 7,
    zombie: false,
    parent: 3,
    session: 5,
    foregroundGroup: 9,
  });
});

test("the tree holds children, grandchildren and orphans of the session, nothing else", () => {
  const entry = (pid: number, parent: number, session: number): ProcessEntry => ({
    pid,
    parent,
    session,
    foregroundGroup: -1,
    zombie: false,
  });
  const table = [entry(12, 11, 12), entry(11, 10, 10), entry(10, 2, 10), entry(13, 1, 10), entry(20, 2, 20)];
  expect([...selectTree(table, new Set([10]))].sort()).toEqual([10, 11, 12, 13]);
});
