/** The rows from which every node can tell what waits for a decision, and who decided what. */
import type { Actor, ApprovalOutcome, ApprovalRequest, NewThreadEvent } from "../event.ts";

export type ApprovalRow =
  | {
      readonly type: "requested";
      readonly approvalId: string;
      readonly turnId: string;
      readonly itemId: string;
      readonly request: ApprovalRequest;
      /** Whose turn it is that asks. */
      readonly askedBy: Actor | null;
      /** Milliseconds since the epoch. */
      readonly at: number;
    }
  | {
      readonly type: "resolved";
      readonly approvalId: string;
      readonly outcome: ApprovalOutcome;
      readonly answeredBy: Actor | null;
      readonly at: number;
    };

/** `askedBy`: whose turn is open before the first of the events, which may be those of one append or a whole log. */
export function deriveApprovals(events: readonly NewThreadEvent[], askedBy: Actor | null): readonly ApprovalRow[] {
  const rows: ApprovalRow[] = [];
  let actor = askedBy;
  for (const event of events) {
    if (event.type === "turn.started") {
      actor = event.actor;
    } else if (event.type === "approval.requested") {
      const { approvalId, turnId, itemId, request, at } = event;
      rows.push({ type: "requested", approvalId, turnId, itemId, request, askedBy: actor, at });
    } else if (event.type === "approval.resolved") {
      const { approvalId, outcome, actor: answeredBy, at } = event;
      rows.push({ type: "resolved", approvalId, outcome, answeredBy, at });
    }
  }
  return rows;
}
