import { framedNotifications } from "@skein/protocol/replay";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { threadId } from "../testing/fold.ts";
import { present } from "./present.ts";

test("every notification has the fields that the protocol names, no more and no less", () => {
  const property = fc.property(arbitraryLog, (log) => {
    for (const { method, params } of log.flatMap((event) => present(threadId, event))) {
      expect(framedNotifications[method].parse(params)).toEqual(params);
    }
  });
  fc.assert(property, { numRuns: Number(process.env.SKEIN_TEST_RUNS ?? 100) });
});
