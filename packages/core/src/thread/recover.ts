/**
 * What has to be written so that nothing of a thread is open any more: its turn, if one goes on, ends as `end` says;
 * approvals are withdrawn, and commands count as ended with their sandbox. Empty when nothing is open.
 */
import type { ThreadEventBody, TurnError } from "@skein/timeline/event";
import { turnAbortedMarker } from "../context/turn-aborted.ts";
import { deriveUserMessage } from "../context/user-message.ts";
import { closedAsCutOff, judgeCutOff, type PatchOutcomes, presentCutOff, presentEnded } from "./cut-off.ts";
import type { ThreadState } from "./evolve.ts";
import { historyItems } from "./history.ts";
import type { OpenTurn } from "./open-turn.ts";
import { outputItem, unansweredCalls } from "./unanswered-calls.ts";

export type RecoveredEnd =
  | { readonly status: "completed" | "interrupted"; readonly error: null }
  | { readonly status: "failed"; readonly error: TurnError };

export interface RecoveryFacts {
  readonly patches?: PatchOutcomes;
  /** Items that somebody will go on with. */
  readonly stays?: ReadonlySet<string>;
}

/** `now`: milliseconds since the epoch. */
export function deriveRecovery(
  state: ThreadState,
  now: number,
  end: RecoveredEnd,
  { patches = new Map(), stays = new Set() }: RecoveryFacts = {},
): readonly ThreadEventBody[] {
  const open = [...withdrawals(state), ...closings(state, patches, stays)];
  const turn = state.openTurn;
  return turn === null ? open : [...open, ...turnEnd(state, turn, now, end, patches)];
}

export function closings(
  state: ThreadState,
  patches: PatchOutcomes,
  stays: ReadonlySet<string> = new Set(),
): readonly ThreadEventBody[] {
  const closed = [...state.openItems.values()].filter(({ item }) => !stays.has(item.id));
  return closed.map(({ turnId, item, startedAt }) => {
    const ended = closedAsCutOff(item, judgeCutOff(state, item.id, patches));
    return { type: "item.completed", turnId, item: ended, startedAt };
  });
}

/** What the model reads of a call that nobody goes on with. */
export function outcomeOfCall(state: ThreadState, callId: string, patches: PatchOutcomes): string {
  const ended = state.openTurn?.unreported.get(callId);
  return ended === undefined ? presentCutOff(judgeCutOff(state, callId, patches)) : presentEnded(ended);
}

function withdrawals(state: ThreadState): readonly ThreadEventBody[] {
  return [...state.pendingApprovals.values()].map(({ approvalId, turnId, itemId }) => {
    return { type: "approval.resolved", approvalId, turnId, itemId, outcome: { type: "withdrawn" }, actor: null };
  });
}

function turnEnd(
  state: ThreadState,
  turn: OpenTurn,
  now: number,
  end: RecoveredEnd,
  patches: PatchOutcomes,
): readonly ThreadEventBody[] {
  const { turnId, startedAt, finalMessage } = turn;
  const outputs = unansweredCalls(historyItems(state.history)).map((call) => {
    return outputItem(call, outcomeOfCall(state, call.callId, patches));
  });
  const said = turn.untold.map(({ content }) => deriveUserMessage(content, new Map())).filter((item) => item !== null);
  const items = [...outputs, ...said, ...(end.status === "interrupted" ? [turnAbortedMarker] : [])];
  const tells = turn.untold.map(({ id }) => id);
  const durationMs = Math.max(0, now - startedAt);
  return [
    ...(items.length === 0 ? [] : [{ type: "model.items" as const, turnId, items, context: null, tells }]),
    ...(end.error === null ? [] : [{ type: "error.reported" as const, turnId, error: end.error, willRetry: false }]),
    { type: "turn.completed", turnId, ...end, startedAt, durationMs, finalMessage },
  ];
}
