import { expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { maxChanged } from "./watch-task.ts";

const add = (changes: Changes, ...names: (string | null)[]) => {
  for (const name of names) changes.add(name);
};
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

test("the path itself is first, children are once and by name, and what was taken is gone", () => {
  const changes = new Changes();
  add(changes, "b", "a", null, "b");
  expect(changes.take()).toEqual([null, "a", "b"]);
  expect([changes.isEmpty, changes.take()]).toEqual([true, []]);
});

test("too many children are the path itself, until they are taken", () => {
  const changes = new Changes();
  add(changes, ...numbered(maxChanged));
  expect(changes.take()).toHaveLength(maxChanged);
  add(changes, ...numbered(maxChanged + 1), "more");
  expect(changes.take()).toEqual([null]);
  add(changes, "a");
  expect(changes.take()).toEqual(["a"]);
});
