import { expect, test } from "vitest";
import { decideHead } from "./decide-head.ts";

const published = { publishedSeq: 10, logEpoch: 2 };

test.each([
  [{ headSeq: 10, logEpoch: 2 }, { type: "level" }],
  [{ headSeq: 11, logEpoch: 2 }, { type: "behind" }],
  [
    { headSeq: 9, logEpoch: 2 },
    { type: "reset", reason: "aheadOfLog" },
  ],
  [
    { headSeq: 11, logEpoch: 3 },
    { type: "reset", reason: "otherEpoch" },
  ],
  [undefined, { type: "gone" }],
])("a head of %o is judged as %o", (head, verdict) => {
  expect(decideHead(published, head)).toMatchObject(verdict);
});
