import type { CommandApprovalParams } from "@skein/protocol/approval";
import type { PendingApproval } from "@skein/timeline/reduce/timeline";
import { fixtureTimeMs } from "./items.ts";

const threadId = "thread-1";
const turnId = "turn-1";

export function commandApproval(command: string, fields: Partial<CommandApprovalParams> = {}): PendingApproval {
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

export function fileApproval(itemId: string, grantRoot: string | null = null): PendingApproval {
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
