/** What a client's answer to an approval request means. */
import { commandApprovalDecisionSchema } from "@skein/protocol/approval";
import type { Frame } from "@skein/protocol/json-rpc";
import type { ApprovalOutcome } from "@skein/timeline/event";

type Answer = Extract<Frame, { kind: "response" | "failure" }>;

/** An error, a decision that was not offered and an unreadable answer all count as failed: nothing runs because of them. */
export function outcomeOfAnswer(answer: Answer): ApprovalOutcome {
  if (answer.kind === "failure") return { type: "failed", message: answer.error.message };
  const { decision: given } = (answer.result ?? {}) as { decision?: unknown };
  const decision = commandApprovalDecisionSchema.safeParse(given);
  if (!decision.success) return { type: "failed", message: "the client's answer holds no decision" };
  if (typeof decision.data === "string") return { type: "decided", decision: decision.data };
  return { type: "failed", message: `the decision ${Object.keys(decision.data)[0]} was not offered` };
}
