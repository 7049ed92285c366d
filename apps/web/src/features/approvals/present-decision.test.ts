import { expect, it } from "vitest";
import { presentDecision } from "./present-decision.ts";

const bob = { userId: "bob", clientName: "skein_web", name: "Bob" };

it.each([
  [{ decision: "accept", answeredBy: bob }, "Approved by Bob"],
  [{ decision: "acceptForSession", answeredBy: { ...bob, userId: "ada" } }, "Approved for this thread by you"],
  [{ decision: "decline", answeredBy: { ...bob, name: null } }, "Declined by another member"],
  [{ decision: "cancel", answeredBy: bob }, "Declined, and the turn stopped, by Bob"],
  [{ decision: "accept", answeredBy: null }, null],
] as const)("says of %j: %s", (settled, words) => {
  expect(presentDecision({ itemId: "i", decidedAtMs: 1, ...settled }, "ada")).toBe(words);
});
