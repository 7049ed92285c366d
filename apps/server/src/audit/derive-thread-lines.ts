/** What people did in a thread, from the events by which they did it; the same append writes both. */
import { createHash } from "node:crypto";
import type { ThreadState } from "@skein/core/thread/evolve";
import type { Actor, ApprovalOutcome, ApprovalRequest, NewThreadEvent, ThreadSettings } from "@skein/timeline/event";
import { type AuditBy, bySystem } from "./actor.ts";
import { type AuditAction, type DetailsOf, encodeDetails } from "./catalogue.ts";
import { provenanceOf } from "./provenance.ts";

/** A line whose thread and tenant are those of the append. */
export interface ThreadAuditLine {
  readonly by: AuditBy;
  readonly action: AuditAction;
  readonly subject: string | null;
  /** JSON. */
  readonly details: string;
}

type Known = Pick<ThreadState, "settings" | "pendingApprovals">;

/** `before`: the thread before the first of the events. */
export function deriveThreadLines(before: Known, events: readonly NewThreadEvent[]): readonly ThreadAuditLine[] {
  const lines: ThreadAuditLine[] = [];
  const asked = new Map<string, ApprovalRequest>();
  // The next message of a person is what the turn began with, or has a line since it waits.
  let isTold = false;
  let { settings } = before;
  for (const event of events) {
    switch (event.type) {
      case "turn.started":
        isTold = event.work === undefined;
        if (event.actor !== null) {
          lines.push(promptLine(event.actor, event.turnId, event.work === "userCommand" ? "command" : "turn"));
        }
        break;
      case "queue.added":
        if (event.message.actor !== null) lines.push(promptLine(event.message.actor, event.message.id, "queued"));
        break;
      case "queue.updated":
      case "queue.removed":
        if (event.actor !== undefined) lines.push(queueLine(event.actor, event.type, event.messageId));
        break;
      case "queue.reordered":
        if (event.actor !== undefined) lines.push(queueLine(event.actor, event.type, null));
        break;
      case "queue.taken":
        isTold = true;
        if (event.actor !== undefined) {
          const { actor, messageId, turnId } = event;
          lines.push(line(actor, "queue.started", messageId, { client: actor.clientName, turnId }));
        }
        break;
      case "item.completed":
        if (event.item.type !== "userMessage") break;
        if (!isTold && event.item.author !== undefined)
          lines.push(promptLine(event.item.author, event.item.id, "steer"));
        isTold = false;
        break;
      case "turn.completed":
        if (event.interruptedBy !== undefined) {
          const { clientName: client } = event.interruptedBy;
          lines.push(line(event.interruptedBy, "turn.interrupted", event.turnId, { client }));
        }
        break;
      case "comment.added":
      case "comment.deleted":
        if (event.actor !== null) {
          const { commentId, turnId, actor } = event;
          lines.push(line(actor, event.type, commentId, { client: actor.clientName, turnId }));
        }
        break;
      case "thread.named":
        if (event.actor !== undefined) lines.push(line(event.actor, "thread.renamed", null, {}));
        break;
      case "thread.archived":
      case "thread.unarchived":
        if (event.actor !== undefined) lines.push(line(event.actor, event.type, null, {}));
        break;
      case "settings.changed":
        lines.push(...policyLines(event.actor ?? null, settings, event.settings));
        settings = event.settings;
        break;
      case "thread.handedOver":
        lines.push(line(event.actor, "thread.handedOver", event.to.memberId, { to: event.to.memberId }));
        break;
      case "approval.requested":
        asked.set(event.approvalId, event.request);
        break;
      case "approval.resolved": {
        const request = asked.get(event.approvalId) ?? before.pendingApprovals.get(event.approvalId)?.request;
        if (event.actor !== null && request !== undefined) lines.push(answerLine(event.actor, event, request));
        break;
      }
      default:
        break;
    }
  }
  return lines;
}

function line<A extends AuditAction>(
  actor: Actor | null,
  action: A,
  subject: string | null,
  details: DetailsOf<A>,
): ThreadAuditLine {
  const by = actor === null ? bySystem : provenanceOf(actor);
  return { by, action, subject, details: encodeDetails(action, details) };
}

function promptLine(actor: Actor, subject: string, as: DetailsOf<"prompt.given">["as"]): ThreadAuditLine {
  return line(actor, "prompt.given", subject, { client: actor.clientName, as });
}

function queueLine(
  actor: Actor,
  action: "queue.updated" | "queue.removed" | "queue.reordered",
  subject: string | null,
): ThreadAuditLine {
  return line(actor, action, subject, { client: actor.clientName });
}

function answerLine(
  actor: Actor,
  event: Extract<NewThreadEvent, { type: "approval.resolved" }>,
  request: ApprovalRequest,
): ThreadAuditLine {
  return line(actor, "approval.answered", event.approvalId, {
    client: actor.clientName,
    turnId: event.turnId,
    itemId: event.itemId,
    kind: request.type,
    decision: wordOf(event.outcome),
    argvSha256: request.type === "command" ? hashOf(request.argv) : null,
  });
}

function wordOf(outcome: ApprovalOutcome): string {
  if (outcome.type === "networkRule") return `${outcome.action} host`;
  return outcome.type === "decided" ? outcome.decision : outcome.type;
}

function hashOf(argv: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(argv)).digest("hex");
}

function policyLines(actor: Actor | null, from: ThreadSettings, to: ThreadSettings): readonly ThreadAuditLine[] {
  const details = {
    approvalPolicy: { from: from.approvalPolicy, to: to.approvalPolicy },
    sandbox: { from: sandboxOf(from), to: sandboxOf(to) },
  };
  const isSame =
    from.approvalPolicy === to.approvalPolicy && JSON.stringify(from.sandbox) === JSON.stringify(to.sandbox);
  return isSame ? [] : [line(actor, "policy.changed", null, details)];
}

function sandboxOf({ sandbox }: ThreadSettings) {
  return { type: sandbox.type, network: sandbox.type === "dangerFullAccess" || sandbox.networkAccess };
}
