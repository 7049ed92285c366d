import type { CommandApprovalParams } from "@skein/protocol/approval";
import type { RequestUserInputParams } from "@skein/protocol/user-question";
import type { PendingApproval } from "@skein/timeline/reduce/timeline";
import type { PendingDecision } from "../features/approvals/present-approval.ts";
import { fixtureTimeMs } from "./items.ts";

export const fixtureUserId = "user-1";

const threadId = "thread-1";
const turnId = "turn-1";

export function commandApproval(command: string, fields: Partial<CommandApprovalParams> = {}): PendingDecision {
  const itemId = `command-${command}`;
  return {
    kind: "commandExecution",
    threadId,
    turnId,
    itemId,
    approvalId: `approval-${itemId}`,
    requestId: `approval-${itemId}`,
    at: fixtureTimeMs,
    params: {
      kind: "command",
      threadId,
      turnId,
      itemId,
      startedAtMs: fixtureTimeMs,
      command,
      cwd: "/workspaces/api",
      ...fields,
    },
  };
}

export function fileApproval(itemId: string, grantRoot: string | null = null): PendingDecision {
  return {
    kind: "fileChange",
    threadId,
    turnId,
    itemId,
    approvalId: `approval-${itemId}`,
    requestId: `approval-${itemId}`,
    at: fixtureTimeMs,
    params: { threadId, turnId, itemId, startedAtMs: fixtureTimeMs, reason: null, grantRoot },
  };
}

export function questionsAsked(questions: RequestUserInputParams["questions"]): PendingApproval {
  const [itemId, approvalId] = ["call-questions", "approval-questions"];
  const ref = { threadId, turnId, itemId };
  return {
    ...{ kind: "questions", ...ref, approvalId, requestId: approvalId, at: fixtureTimeMs },
    params: { ...ref, questions, isBlocking: true, autoResolutionMs: null },
  };
}
