import { expect, test } from "vitest";
import { commandApproval } from "../../testing/approvals.ts";
import { wasDecidedElsewhere } from "./was-decided-elsewhere.ts";

const approval = commandApproval("git push");
const gone = { pendingApprovals: [], activeTurnId: approval.turnId };
const nobody = new Set<string>();

test("an approval that went while its turn goes on, and that this page did not answer", () => {
  expect(wasDecidedElsewhere([approval], gone, nobody)).toBe(true);
  expect(wasDecidedElsewhere([approval], gone, new Set([approval.requestId]))).toBe(false);
  expect(wasDecidedElsewhere([approval], { ...gone, pendingApprovals: [approval] }, nobody)).toBe(false);
  expect(wasDecidedElsewhere([], gone, nobody)).toBe(false);
});

test("one that ended with its turn was decided by nobody", () => {
  expect(wasDecidedElsewhere([approval], { ...gone, activeTurnId: null }, nobody)).toBe(false);
});
