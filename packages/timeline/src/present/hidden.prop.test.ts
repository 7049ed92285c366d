import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { threadId } from "../testing/fold.ts";
import { hiddenEventTypes } from "./hidden.ts";
import { present } from "./present.ts";

test("an event of a hidden type presents nothing", () => {
  const property = fc.property(arbitraryLog, (log) => {
    for (const event of log.filter(({ type }) => hiddenEventTypes.has(type))) {
      expect(present(threadId, event)).toEqual([]);
    }
  });
  fc.assert(property, { numRuns: Number(process.env.SKEIN_TEST_RUNS ?? 100) });
});
