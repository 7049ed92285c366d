/** What a client's answer to an approval request means. */
import { commandApprovalDecisionSchema } from "@skein/protocol/approval";
import type { Frame } from "@skein/protocol/json-rpc";
import { requestUserInputResponseSchema } from "@skein/protocol/user-question";
import type { ApprovalOutcome, ApprovalRequest } from "@skein/timeline/event";

type Answer = Extract<Frame, { kind: "response" | "failure" }>;

/** An error, a decision that was not offered and an unreadable answer all count as failed: nothing runs because of them. */
export function outcomeOfAnswer(answer: Answer, request: ApprovalRequest): ApprovalOutcome {
  if (answer.kind === "failure") return { type: "failed", message: answer.error.message };
  return request.type === "questions" ? answersOf(answer.result, request) : decisionOf(answer.result, request);
}

function decisionOf(result: unknown, request: ApprovalRequest): ApprovalOutcome {
  const { decision: given } = (result ?? {}) as { decision?: unknown };
  const decision = commandApprovalDecisionSchema.safeParse(given);
  if (!decision.success) return { type: "failed", message: "the client's answer holds no decision" };
  if (typeof decision.data === "string") return { type: "decided", decision: decision.data };
  const rule = "applyNetworkPolicyAmendment" in decision.data && decision.data.applyNetworkPolicyAmendment;
  if (rule && request.type === "network" && rule.network_policy_amendment.host === request.host) {
    return { type: "networkRule", ...rule.network_policy_amendment };
  }
  return { type: "failed", message: `the decision ${Object.keys(decision.data)[0]} was not offered` };
}

/** Answers to what was not asked are left out. */
function answersOf(result: unknown, { questions }: Extract<ApprovalRequest, { type: "questions" }>): ApprovalOutcome {
  const parsed = requestUserInputResponseSchema.safeParse(result);
  if (!parsed.success) return { type: "failed", message: "the client's answer holds no answers" };
  const given = questions.flatMap(({ id }) => {
    const answers = Object.hasOwn(parsed.data.answers, id) ? parsed.data.answers[id]?.answers : undefined;
    return answers === undefined ? [] : [[id, answers] as const];
  });
  return { type: "answered", answers: Object.fromEntries(given) };
}
