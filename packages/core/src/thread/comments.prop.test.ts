/** What people say to each other is theirs: wherever it stands in the log, the agent knows what it would know without. */
import type { ThreadEvent } from "@skein/timeline/event";
import { arbitraryLog } from "@skein/timeline/testing/arbitrary-log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evolve, initialState, type ThreadState } from "./evolve.ts";
import { historyItems } from "./history.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);
const isComment = ({ type }: ThreadEvent) => type.startsWith("comment.");

/** Without `seq`, which counts them like everything else. */
function known(log: readonly ThreadEvent[]): Omit<ThreadState, "seq" | "history"> & { readonly history: string } {
  const { seq: _, history, ...state } = log.reduce(evolve, initialState);
  return { ...state, history: JSON.stringify(historyItems(history)) };
}

test("comments anywhere in a log change nothing of what the next request to the model says, byte by byte", () => {
  let commented = 0;
  const property = fc.property(arbitraryLog, fc.nat(1000), (log, cut) => {
    const upTo = log.slice(0, 1 + (cut % log.length));
    if (upTo.some(isComment)) commented += 1;
    expect(known(upTo)).toEqual(known(upTo.filter((event) => !isComment(event))));
  });
  fc.assert(property, { numRuns });
  expect(commented).toBeGreaterThan(0);
});
