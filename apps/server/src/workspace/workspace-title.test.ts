import { expect, test } from "vitest";
import { decideTitle } from "./workspace-title.ts";

test.each([
  ["Tide tables", "Tide tables"],
  ["  Tide tables \n", "Tide tables"],
  ["潮汐表 🌊", "潮汐表 🌊"],
  ["e\u0301te\u0301", "été"],
  ["🌊".repeat(100), "🌊".repeat(100)],
  ["tides", null],
  [" tides ", null],
  ["   ", null],
  ["", null],
  [null, null],
])("a workspace named tides that is to be called %j is called %j", (asked, title) => {
  expect(decideTitle("tides", asked)).toEqual({ type: "title", title });
});

test.each([
  ["x".repeat(101), "is longer than 100 characters"],
  ["a\0b", "holds characters that cannot be seen"],
  ["a\nb", "holds characters that cannot be seen"],
  ["a\u001b[31mb", "holds characters that cannot be seen"],
  ["a\u202etxt.exe", "holds characters that cannot be seen"],
  ["a\u2066b", "holds characters that cannot be seen"],
  ["a\u2028b", "holds characters that cannot be seen"],
  ["a\ud800b", "holds characters that cannot be seen"],
])("%j is refused: it %s", (asked, why) => {
  expect(decideTitle("tides", asked)).toEqual({ type: "refused", why });
});
