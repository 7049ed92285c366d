import { expect, test } from "vitest";
import { decideOutcome, type Reply } from "./decide-outcome.ts";

const append = { fence: 7n, expectedSeq: 10, events: [{}, {}] as never };
const mine: Reply = { appended: false, headSeq: 10, fence: 7n, owned: true };

test.for<[string, Reply, boolean, object]>([
  ["written", { ...mine, appended: true, headSeq: 12 }, false, { type: "committed" }],
  ["deleted", { appended: false, headSeq: null, fence: null, owned: false }, false, { type: "gone" }],
  ["claimed by another", { ...mine, fence: 8n }, false, { type: "ownershipLost" }],
  ["claimed by another after a lost reply", { ...mine, fence: 8n, headSeq: 12 }, true, { type: "ownershipLost" }],
  ["released", { ...mine, owned: false }, false, { type: "ownershipLost" }],
  ["written by the attempt whose reply was lost", { ...mine, headSeq: 12 }, true, { type: "committed" }],
  [
    "head at the same place, but nothing of ours was in flight",
    { ...mine, headSeq: 12 },
    false,
    { type: "headMoved", headSeq: 12 },
  ],
  ["head elsewhere after a lost reply", { ...mine, headSeq: 11 }, true, { type: "headMoved", headSeq: 11 }],
  ["nothing in the way any more", mine, true, { type: "again" }],
])("%s", ([, reply, ambiguous, outcome]) => {
  expect(decideOutcome(append, reply, ambiguous)).toEqual(outcome);
});
