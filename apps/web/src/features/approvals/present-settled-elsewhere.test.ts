import { expect, test } from "vitest";
import { commandApproval, questionsAsked } from "../../testing/approvals.ts";
import { turnOf } from "../../testing/items.ts";
import { presentSettledElsewhere } from "./present-settled-elsewhere.ts";

const approval = commandApproval("git push");
const gone = { pendingApprovals: [], activeTurnId: approval.turnId, turns: [] };
const nobody = new Set<string>();

test("an approval that went while its turn goes on, and that this page did not answer", () => {
  expect(presentSettledElsewhere([approval], gone, nobody, "ada")).toBe("Decided on another device");
  expect(presentSettledElsewhere([approval], gone, new Set([approval.requestId]), "ada")).toBeNull();
  expect(presentSettledElsewhere([approval], { ...gone, pendingApprovals: [approval] }, nobody, "ada")).toBeNull();
  expect(presentSettledElsewhere([], gone, nobody, "ada")).toBeNull();
});

test("one that ended with its turn was decided by nobody", () => {
  expect(presentSettledElsewhere([approval], { ...gone, activeTurnId: null }, nobody, "ada")).toBeNull();
});

test("questions that somebody answered, and not those that were withdrawn", () => {
  const asked = questionsAsked([]);
  const after = (answers: object | null) => {
    const settled = { itemId: asked.itemId, questions: [], answeredBy: null, askedAtMs: 1, settledAtMs: 2 };
    return { ...gone, turns: [turnOf([], { questions: [{ ...settled, answers: answers as null }] })] };
  };
  expect(presentSettledElsewhere([asked], after({}), nobody, "ada")).toBe("Answered on another device");
  expect(presentSettledElsewhere([asked], after({}), new Set([asked.requestId]), "ada")).toBeNull();
  expect(presentSettledElsewhere([asked], after(null), nobody, "ada")).toBeNull();
});

test("one that somebody else decided says who, also when the turn ended with it", () => {
  const answeredBy = { userId: "bob", clientName: "skein_web", name: "Bob" };
  const decided = { itemId: approval.itemId, decision: "cancel" as const, answeredBy, decidedAtMs: 1 };
  const after = { ...gone, activeTurnId: null, turns: [turnOf([], { decisions: [decided] })] };
  expect(presentSettledElsewhere([approval], after, nobody, "ada")).toBe("Declined, and the turn stopped, by Bob");
});
