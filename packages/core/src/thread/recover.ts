/**
 * What has to be written so that nothing of a thread is open any more: its turn, if one goes on, ends as `end` says;
 * approvals are withdrawn, and commands count as ended with their sandbox. Empty when nothing is open.
 */
import type { ThreadEventBody, TurnError } from "@skein/timeline/event";
import type { ResponseInputItem } from "openai/resources/responses/responses";
import { turnAbortedMarker, turnCopiedMarker } from "../context/turn-aborted.ts";
import { deriveUserMessage } from "../context/user-message.ts";
import {
  type CutOff,
  closedAsCutOff,
  judgeCutOff,
  type PatchOutcomes,
  presentCutOff,
  presentEnded,
} from "./cut-off.ts";
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

/** By item id. */
type Judge = (itemId: string) => CutOff;

interface Closing {
  readonly judge: Judge;
  /** Tells the model of an interrupted turn. */
  readonly marker: ResponseInputItem;
  readonly stays: ReadonlySet<string>;
}

/** `now`: milliseconds since the epoch. */
export function deriveRecovery(
  state: ThreadState,
  now: number,
  end: RecoveredEnd,
  { patches = new Map(), stays = new Set() }: RecoveryFacts = {},
): readonly ThreadEventBody[] {
  const judge = (itemId: string) => judgeCutOff(state, itemId, patches);
  return closeAll(state, now, end, { judge, marker: turnAbortedMarker, stays });
}

/** As `deriveRecovery`, for a copy of the log: what is under way goes on in the thread that was copied, and only there. */
export function deriveCopyEnd(state: ThreadState, now: number): readonly ThreadEventBody[] {
  const closing = {
    judge: () => ({ type: "leftBehind" }) as const,
    marker: turnCopiedMarker,
    stays: new Set<string>(),
  };
  return closeAll(state, now, { status: "interrupted", error: null }, closing);
}

export function closings(
  state: ThreadState,
  patches: PatchOutcomes,
  stays: ReadonlySet<string> = new Set(),
): readonly ThreadEventBody[] {
  return closeItems(state, (itemId) => judgeCutOff(state, itemId, patches), stays);
}

/** What the model reads of a call that nobody goes on with. */
export function outcomeOfCall(state: ThreadState, callId: string, patches: PatchOutcomes): string {
  return reportOf(state, callId, (itemId) => judgeCutOff(state, itemId, patches));
}

function closeAll(state: ThreadState, now: number, end: RecoveredEnd, closing: Closing): readonly ThreadEventBody[] {
  const open = [...withdrawals(state), ...closeItems(state, closing.judge, closing.stays)];
  const turn = state.openTurn;
  return turn === null ? open : [...open, ...turnEnd(state, turn, now, end, closing)];
}

function closeItems(state: ThreadState, judge: Judge, stays: ReadonlySet<string>): readonly ThreadEventBody[] {
  const closed = [...state.openItems.values()].filter(({ item }) => !stays.has(item.id));
  return closed.map(({ turnId, item, startedAt }) => {
    return { type: "item.completed", turnId, item: closedAsCutOff(item, judge(item.id)), startedAt };
  });
}

function reportOf(state: ThreadState, callId: string, judge: Judge): string {
  const ended = state.openTurn?.unreported.get(callId);
  return ended === undefined ? presentCutOff(judge(callId)) : presentEnded(ended);
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
  { judge, marker }: Closing,
): readonly ThreadEventBody[] {
  const { turnId, startedAt, finalMessage } = turn;
  const outputs = unansweredCalls(historyItems(state.history)).map((call) => {
    return outputItem(call, reportOf(state, call.callId, judge));
  });
  const said = turn.untold.map(({ content }) => deriveUserMessage(content, new Map())).filter((item) => item !== null);
  const items = [...outputs, ...said, ...(end.status === "interrupted" ? [marker] : [])];
  const tells = turn.untold.map(({ id }) => id);
  const durationMs = Math.max(0, now - startedAt);
  return [
    ...(items.length === 0 ? [] : [{ type: "model.items" as const, turnId, items, context: null, tells }]),
    ...(end.error === null ? [] : [{ type: "error.reported" as const, turnId, error: end.error, willRetry: false }]),
    { type: "turn.completed", turnId, ...end, startedAt, durationMs, finalMessage },
  ];
}
