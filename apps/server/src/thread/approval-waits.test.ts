import { expect, it } from "vitest";
import { ApprovalWaits } from "./approval-waits.ts";

const accept = { type: "decided", decision: "accept" } as const;
const decline = { type: "decided", decision: "decline" } as const;
const never = new AbortController().signal;

it("takes the first answer and refuses the second", async () => {
  const waits = new ApprovalWaits(() => true);
  const decision = waits.decision("a", never);
  expect(waits.answer("a", accept, null)).toBe(true);
  expect(waits.answer("a", decline, null)).toBe(false);
  expect(await decision).toEqual({ outcome: accept, actor: null });
});

it("takes the same answer of the same member again", () => {
  const waits = new ApprovalWaits(() => true);
  const member = { memberId: "m", clientName: "a window" };
  expect(waits.answer("a", accept, member)).toBe(true);
  expect(waits.answer("a", accept, { ...member, clientName: "another" })).toBe(true);
  expect(waits.answer("a", decline, member)).toBe(false);
  expect(waits.answer("a", accept, { ...member, memberId: "n" })).toBe(false);
  expect(waits.answer("a", accept, null)).toBe(false);
});

it("keeps an answer that comes before the turn asks", async () => {
  const waits = new ApprovalWaits(() => true);
  expect(waits.answer("a", decline, null)).toBe(true);
  expect(await waits.decision("a", never)).toEqual({ outcome: decline, actor: null });
});

it("refuses an answer to what was never asked", () => {
  expect(new ApprovalWaits(() => false).answer("a", accept, null)).toBe(false);
});

it("withdraws what is waiting when the turn is interrupted, and takes no answer after that", async () => {
  const waits = new ApprovalWaits(() => true);
  const interrupt = new AbortController();
  const decision = waits.decision("a", interrupt.signal);
  interrupt.abort();
  expect(await decision).toEqual({ outcome: { type: "withdrawn" }, actor: null });
  expect(waits.answer("a", accept, null)).toBe(false);
});

it("withdraws at once what is asked after the interrupt", async () => {
  const waits = new ApprovalWaits(() => true);
  expect((await waits.decision("a", AbortSignal.abort())).outcome).toEqual({ type: "withdrawn" });
});
