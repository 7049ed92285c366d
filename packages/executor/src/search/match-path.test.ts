import { expect, test } from "vitest";
import { matchPath } from "./match-path.ts";
import { rankPaths } from "./rank-paths.ts";

const order = (query: string, ...paths: string[]) =>
  rankPaths(
    paths.map((path) => ({ path, kind: "file" as const })),
    query,
    10,
  ).map(({ path }) => path);

test.for([
  ["src/app/main.ts", "main", [8, 9, 10, 11]],
  ["src/app/main.ts", "SAM", [0, 4, 8]],
  ["sub/beta.ts", "sub bet", [0, 1, 2, 4, 5, 6]],
  ["a/b", "ab", [0, 2]],
] as const)("in %s, %s is found at %j", ([path, query, indices]) => {
  expect(matchPath(path, query)?.indices).toEqual(indices);
});

test.for([
  ["src/app.ts", "zzz"],
  ["ab", "ba"],
  ["abc", ""],
  ["abc", "   "],
  ["abc", "abcd"],
  ["alpha", "alpha beta"],
] as const)("in %s, %j is not found", ([path, query]) => {
  expect(matchPath(path, query)).toBeNull();
});

test("names come before directories above them, whole names before parts, what stands together before what does not", () => {
  expect(order("link", "dirlink/x", "lxixnxk", "a/link", "mylink")).toEqual([
    "a/link",
    "mylink",
    "lxixnxk",
    "dirlink/x",
  ]);
  expect(order("fb", "foobar", "foo_bar", "xfxxb")).toEqual(["foo_bar", "foobar", "xfxxb"]);
});

test("what fits equally is by path, and no more than was asked for", () => {
  const paths = ["b.ts", "a.ts", "c.ts"].map((path) => ({ path, kind: "file" as const }));
  expect(rankPaths(paths, "ts", 2).map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
});

test("letters whose lower case is longer do not move the others", () => {
  expect(matchPath("İİ/beta", "beta")?.indices).toEqual([3, 4, 5, 6]);
});

test("scores are whole and positive, however far apart the letters are", () => {
  const score = matchPath(`a${"x".repeat(500)}b${"y".repeat(500)}c`, "abc")?.score ?? 0;
  expect(Number.isInteger(score)).toBe(true);
  expect(score).toBeGreaterThan(0);
});
