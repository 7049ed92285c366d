import { expect, test } from "vitest";
import { findUnstorable } from "./find-unstorable.ts";

test.each([
  [{ name: "a\0b" }, "name"],
  [{ cwd: ["fine", "not\0fine"] }, "cwd"],
  [{ settings: { model: "\0" } }, "settings.model"],
  [{ name: "fine", count: 3, none: null }, null],
  [{ input: [{ type: "text", text: "words may\0" }] }, null],
  [{ name: "half \ud800 a pair" }, "name"],
  [undefined, null],
])("%j: %s", (params, field) => expect(findUnstorable(params)).toBe(field));

test("however deep", () => {
  let deep: unknown = "\0";
  for (let level = 0; level < 20_000; level++) deep = [deep];
  expect(findUnstorable({ deep })).toBe("deep");
});
