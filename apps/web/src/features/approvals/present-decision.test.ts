import { expect, it } from "vitest";
import { presentConnectionDecision, presentDecision } from "./present-decision.ts";

const bob = { userId: "bob", clientName: "skein_web", name: "Bob" };

it.each([
  [{ decision: "accept", answeredBy: bob }, "Approved by Bob"],
  [{ decision: "acceptForSession", answeredBy: { ...bob, userId: "ada" } }, "Approved for this thread by you"],
  [{ decision: "decline", answeredBy: { ...bob, name: null } }, "Declined by another member"],
  [{ decision: "cancel", answeredBy: bob }, "Declined, and the turn stopped, by Bob"],
  [{ decision: "accept", answeredBy: null }, null],
  [
    { decision: "accept", connection: { host: "a.example", isRule: false }, answeredBy: bob },
    "Connection to a.example allowed by Bob",
  ],
  [
    { decision: "decline", connection: { host: "a.example", isRule: true }, answeredBy: bob },
    "Connection to a.example refused for this thread by Bob",
  ],
] as const)("says of %j: %s", (settled, words) => {
  expect(presentDecision({ itemId: "i", decidedAtMs: 1, ...settled }, "ada")).toBe(words);
});

it("says of a connection what was decided also where nobody else could have, and of an item nothing", () => {
  const at = { itemId: "i", answeredBy: bob, decidedAtMs: 1 };
  const connection = { host: "a.example", isRule: false };
  expect(presentConnectionDecision({ ...at, decision: "cancel", connection })).toBe(
    "Connection to a.example refused, and the turn stopped",
  );
  expect(presentConnectionDecision({ ...at, decision: "accept" })).toBeNull();
});
