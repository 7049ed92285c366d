import { encodeCursor } from "@skein/protocol/cursor";
import { expect, it } from "vitest";
import { decideReplay, isTooFarBehind, maxReplayBytes, maxReplayEvents, presentReplay } from "./decide-replay.ts";

const log = { incarnation: "db-1", logEpoch: 3, headSeq: 10_000 };

it.each([0, 1, maxReplayEvents])("goes on for a client that is %i events behind", (behind) => {
  const seq = log.headSeq - behind;
  const cursor = encodeCursor({ incarnation: "db-1", logEpoch: 3, seq });
  const decision = decideReplay(cursor, log);
  expect(decision).toEqual({ type: "continue", seq });
  expect(presentReplay(decision, log)).toEqual({ verdict: "continue", cursor, from: seq });
});

it.each([
  ["noCursor", null],
  ["invalidCursor", "yesterday"],
  ["otherIncarnation", encodeCursor({ incarnation: "db-0", logEpoch: 3, seq: 9_999 })],
  ["otherEpoch", encodeCursor({ incarnation: "db-1", logEpoch: 2, seq: 9_999 })],
  ["aheadOfLog", encodeCursor({ incarnation: "db-1", logEpoch: 3, seq: 10_001 })],
  ["tooFarBehind", encodeCursor({ incarnation: "db-1", logEpoch: 3, seq: 4_999 })],
])("resets because of %s", (reason, cursor) => {
  const decision = decideReplay(cursor, log);
  expect(decision).toEqual({ type: "reset", reason });
  expect(presentReplay(decision, log)).toMatchObject({
    cursor: encodeCursor({ incarnation: "db-1", logEpoch: 3, seq: 10_000 }),
    from: 10_000,
  });
});

it("weighs what a client has missed by events and by bytes", () => {
  expect(isTooFarBehind({ events: maxReplayEvents, bytes: maxReplayBytes })).toBe(false);
  expect(isTooFarBehind({ events: maxReplayEvents + 1, bytes: 0 })).toBe(true);
  expect(isTooFarBehind({ events: 1, bytes: maxReplayBytes + 1 })).toBe(true);
});
