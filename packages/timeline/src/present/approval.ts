/**
 * Approvals: as events of the log, and as the requests that the server sends to its clients. Both say the same, so that a
 * client that was away learns from the log what the others were asked.
 */
import type { CommandApprovalParams, FileChangeApprovalParams } from "@skein/protocol/approval";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { ApprovalResolved } from "@skein/protocol/replay";
import type { RequestUserInputParams, UserAnswers } from "@skein/protocol/user-question";
import type { ApprovalOutcome, ApprovalRequest, Question } from "../event.ts";
import type { EventOf } from "./event-of.ts";
import type { WireNotification } from "./notification.ts";
import { presentPerson } from "./person.ts";

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
    }
  | { readonly id: string; readonly method: "item/tool/requestUserInput"; readonly params: RequestUserInputParams };

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
  const ref = { threadId, turnId, itemId };
  if (request.type === "questions") {
    const questions = request.questions.map(presentQuestion);
    const params = { ...ref, questions, isBlocking: true, autoResolutionMs: null };
    return { id, method: "item/tool/requestUserInput", params };
  }
  if (request.type === "network") {
    return { id, method: "item/commandExecution/requestApproval", params: presentConnection(ref, event, request) };
  }
  const params = { ...ref, startedAtMs: event.at, reason: request.reason };
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

/** Several may be open for one item, which is why `approvalId` is set. */
function presentConnection(
  ref: { readonly threadId: string; readonly turnId: string; readonly itemId: string },
  { approvalId, at }: EventOf<"approval.requested">,
  { host, port, protocol, command, cwd }: Extract<ApprovalRequest, { type: "network" }>,
): CommandApprovalParams {
  const amendments = (["allow", "deny"] as const).map((action) => ({ host, action }));
  return {
    kind: "command",
    ...{ ...ref, approvalId, startedAtMs: at, environmentId: "local" },
    reason: `The command wants to connect to ${host}, port ${port}`,
    ...{ command, cwd, commandActions: [] },
    networkApprovalContext: { host, protocol },
    proposedNetworkPolicyAmendments: amendments,
    // Not to refuse the host from now on, though that is taken too: the stock terminal offers it by the key by which people decline, and
    // goes by whichever stands first.
    availableDecisions: [
      "accept",
      "acceptForSession",
      { applyNetworkPolicyAmendment: { network_policy_amendment: { host, action: "allow" } } },
      "decline",
      "cancel",
    ],
  };
}

export function presentApprovalRequested(
  threadId: string,
  event: EventOf<"approval.requested">,
): WireNotification<"skein/approval/requested"> {
  const { turnId, itemId, approvalId, at } = event;
  const request = presentApprovalServerRequest(threadId, event);
  const ref = { threadId, turnId, itemId, approvalId, requestId: request.id, at };
  return { method: "skein/approval/requested", params: { ...ref, ...kindOf(request) }, emittedAtMs: at };
}

function kindOf(request: ApprovalServerRequest) {
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return { kind: "commandExecution" as const, params: request.params };
    case "item/fileChange/requestApproval":
      return { kind: "fileChange" as const, params: request.params };
    case "item/tool/requestUserInput":
      return { kind: "questions" as const, params: request.params };
  }
}

function presentQuestion({ id, header, question, options }: Question): RequestUserInputParams["questions"][number] {
  return {
    id,
    header,
    question,
    isOther: options !== null,
    isSecret: false,
    options: options === null ? null : [...options],
  };
}

/** For those who keep a timeline, and for those who only wait to be told that the request is settled. */
export function presentApprovalResolved(
  threadId: string,
  event: EventOf<"approval.resolved">,
): readonly [WireNotification<"skein/approval/resolved">, WireNotification<"serverRequest/resolved">] {
  const { turnId, itemId, approvalId, actor, at } = event;
  const requestId = requestIdOf(approvalId);
  const outcome = presentOutcome(event.outcome);
  const answeredBy = actor === null ? null : presentPerson(actor);
  const params = { threadId, turnId, itemId, approvalId, requestId, at, outcome, answeredBy };
  return [
    { method: "skein/approval/resolved", params, emittedAtMs: at },
    { method: "serverRequest/resolved", params: { threadId, requestId }, emittedAtMs: at },
  ];
}

function presentOutcome(outcome: ApprovalOutcome): ApprovalResolved["outcome"] {
  if (outcome.type !== "answered") return outcome;
  const entries = Object.entries(outcome.answers).map(([id, given]): [string, UserAnswers[string]] => {
    return [id, { answers: [...given] }];
  });
  return { type: "answered", answers: Object.fromEntries(entries) };
}
