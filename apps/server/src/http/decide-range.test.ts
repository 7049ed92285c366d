import { expect, test } from "vitest";
import { decideRange } from "./decide-range.ts";

test.each([
  [undefined, { type: "whole" }],
  ["bytes=0-3", { type: "part", from: 0, to: 3 }],
  ["bytes=4-", { type: "part", from: 4, to: 9 }],
  ["bytes=4-400", { type: "part", from: 4, to: 9 }],
  ["bytes=9-9", { type: "part", from: 9, to: 9 }],
  ["bytes=-3", { type: "part", from: 7, to: 9 }],
  ["bytes=-30", { type: "part", from: 0, to: 9 }],
  ["bytes=10-", { type: "unsatisfiable" }],
  ["bytes=-0", { type: "unsatisfiable" }],
  ["bytes=3-2", { type: "whole" }],
  ["bytes=-", { type: "whole" }],
  ["bytes=0-1,4-5", { type: "whole" }],
  ["lines=0-1", { type: "whole" }],
  ["bytes=a-b", { type: "whole" }],
] as const)("of ten bytes, %s", (header, expected) => {
  expect(decideRange(header, 10)).toEqual(expected);
});

test("an empty body has no part", () => {
  expect([decideRange("bytes=0-", 0), decideRange("bytes=-1", 0), decideRange(undefined, 0)]).toEqual([
    { type: "unsatisfiable" },
    { type: "unsatisfiable" },
    { type: "whole" },
  ]);
});
