/**
 * Approvals: as events of the log, and as the requests that the server sends to its clients. Both say the same, so that a
 * client that was away learns from the log what the others were asked.
 */
import type { CommandApprovalParams, FileChangeApprovalParams } from "@skein/protocol/approval";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";

/** A request of the server to its clients, less the frame around it. */
export type ApprovalServerRequest =
  | {
      readonly id: string;
      readonly method: "item/commandExecution/requestApproval";
      readonly params: CommandApprovalParams;
    }
  | {
      readonly id: string;
      readonly method: "item/fileChange/requestApproval";
      readonly params: FileChangeApprovalParams;
    };

const requestPrefix = "approval-";

/** The JSON-RPC id under which every client of every node is asked about this approval. */
export function requestIdOf(approvalId: string): string {
  return `${requestPrefix}${approvalId}`;
}

/** null: no request of the server's has such an id. */
export function approvalIdOf(requestId: RequestId | null): string | null {
  if (typeof requestId !== "string" || !requestId.startsWith(requestPrefix)) return null;
  const id = requestId.slice(requestPrefix.length);
  return /^[\w-]{1,64}$/.test(id) ? id : null;
}

export function presentApprovalServerRequest(
  threadId: string,
  event: EventOf<"approval.requested">,
): ApprovalServerRequest {
  const { turnId, itemId, request } = event;
  const id = requestIdOf(event.approvalId);
  const params = { threadId, turnId, itemId, startedAtMs: event.at, reason: request.reason };
  switch (request.type) {
    case "command":
      return {
        id,
        method: "item/commandExecution/requestApproval",
        params: {
          kind: "command",
          ...params,
          environmentId: "local",
          command: request.command,
          cwd: request.cwd,
          commandActions: [...request.actions],
          availableDecisions: ["accept", "acceptForSession", "decline", "cancel"],
        },
      };
    case "patch":
      return { id, method: "item/fileChange/requestApproval", params: { ...params, grantRoot: request.grantRoot } };
  }
}

export function presentApprovalRequested(
  threadId: string,
  event: EventOf<"approval.requested">,
): WireNotification<"skein/approval/requested"> {
  const { turnId, itemId, approvalId, at } = event;
  const request = presentApprovalServerRequest(threadId, event);
  const ref = { threadId, turnId, itemId, approvalId, requestId: request.id, at };
  const params =
    request.method === "item/commandExecution/requestApproval"
      ? { kind: "commandExecution" as const, ...ref, params: request.params }
      : { kind: "fileChange" as const, ...ref, params: request.params };
  return { method: "skein/approval/requested", params, emittedAtMs: at };
}

export function presentApprovalResolved(
  threadId: string,
  event: EventOf<"approval.resolved">,
): WireNotification<"serverRequest/resolved"> {
  return {
    method: "serverRequest/resolved",
    params: { threadId, requestId: requestIdOf(event.approvalId) },
    emittedAtMs: event.at,
  };
}
