/**
 * How a turn goes on that was cut off with its node: what has to be written first, and where the loop takes it up. A call
 * whose effect may have begun is never made again; one that waits for a decision, or whose effect cannot have begun, is.
 */
import type { ThreadEventBody, TurnError } from "@skein/timeline/event";
import type { PatchOutcomes } from "../thread/cut-off.ts";
import type { ThreadState } from "../thread/evolve.ts";
import { historyItems } from "../thread/history.ts";
import type { OpenTurn } from "../thread/open-turn.ts";
import { closings, deriveRecovery, outcomeOfCall, type RecoveredEnd } from "../thread/recover.ts";
import { outputItem, unansweredCalls } from "../thread/unanswered-calls.ts";
import type { AskedCall, ToolCall, ToolDefinition } from "../tools/tool.ts";
import { userCommandEnd } from "./user-command-end.ts";

export interface ContinuedCall {
  readonly call: ToolCall;
  /** null: it starts from the beginning. */
  readonly asked: AskedCall | null;
}

export type Continuation =
  /** With these events nothing is open any more. */
  | { readonly type: "ends"; readonly events: readonly ThreadEventBody[] }
  | {
      readonly type: "goesOn";
      readonly turn: OpenTurn;
      /** The first that the turn writes. */
      readonly events: readonly ThreadEventBody[];
      /** In the order in which the model made them. */
      readonly calls: readonly ContinuedCall[];
    };

export interface ContinuationFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly patches: PatchOutcomes;
  /** None without an environment. */
  readonly tools: readonly ToolDefinition[];
}

/** A turn whose node dies so often at the same place is taken to be the cause. */
export const maxContinuations = 5;

export function deriveContinuation(state: ThreadState, facts: ContinuationFacts): Continuation {
  const turn = state.openTurn;
  const end = turn === null ? interruptedEnd : decideEnd(state, turn);
  if (turn?.work === "userCommand") return { type: "ends", events: userCommandEnd(state, turn, facts) };
  if (turn === null || end !== null) {
    return { type: "ends", events: deriveRecovery(state, facts.now, end ?? interruptedEnd, facts) };
  }
  const unanswered = unansweredCalls(historyItems(state.history));
  const calls = unanswered.map((call) => ({ call, asked: askedBy(state, call), tool: findTool(facts.tools, call) }));
  const goOn = calls.filter(({ call, asked, tool }) => canGoOn(state, turn, call, asked, tool));
  const lost = calls.filter((each) => !goOn.includes(each)).map(({ call }) => call);
  const { turnId } = turn;
  const stays = new Set(goOn.map(({ call }) => call.callId));
  const items = lost.map((call) => outputItem(call, outcomeOfCall(state, call.callId, facts.patches)));
  const waits = goOn.some(({ asked }) => asked !== null);
  return {
    type: "goesOn",
    turn,
    calls: goOn,
    events: [
      ...withdrawals(state, stays),
      ...closings(state, facts.patches, stays),
      ...(items.length === 0 ? [] : [{ type: "model.items" as const, turnId, items, context: null, tells: [] }]),
      // Waiting for a person is no failure, however often a node dies meanwhile.
      { type: "turn.continued", turnId, attempt: waits ? turn.continuations : turn.continuations + 1 },
    ],
  };
}

const interruptedEnd: RecoveredEnd = { status: "interrupted", error: null };

const diedTooOften: TurnError = {
  kind: "other",
  message: `The turn was given up: the server ended ${maxContinuations + 1} times while it was at the same step.`,
  httpStatusCode: null,
  details: null,
};

/** null: the turn has more to do. */
function decideEnd(state: ThreadState, turn: OpenTurn): RecoveredEnd | null {
  const outcomes = [...turn.decisions.values()];
  if (outcomes.some((outcome) => outcome.type === "decided" && outcome.decision === "cancel")) return interruptedEnd;
  const hasCalls = unansweredCalls(historyItems(state.history)).length > 0;
  if (turn.endedResponse?.endsTurn && !hasCalls && turn.untold.length === 0)
    return { status: "completed", error: null };
  return turn.continuations >= maxContinuations ? { status: "failed", error: diedTooOften } : null;
}

function findTool(tools: readonly ToolDefinition[], call: ToolCall): ToolDefinition | undefined {
  return tools.find((tool) => tool.name === call.name && tool.spec.type === call.kind);
}

function askedBy(state: ThreadState, { callId }: ToolCall): AskedCall | null {
  const open = state.openItems.get(callId);
  const pending = [...state.pendingApprovals.values()].find(({ itemId }) => itemId === callId);
  if (pending === undefined) return null;
  const { request } = pending;
  // The command that wanted to connect is gone.
  if (request.type === "network") return null;
  if (request.type === "questions") return { request };
  return open === undefined ? null : { request, item: open.item, startedAt: open.startedAt };
}

function canGoOn(
  state: ThreadState,
  turn: OpenTurn,
  { callId }: ToolCall,
  asked: AskedCall | null,
  tool: ToolDefinition | undefined,
): boolean {
  if (asked !== null) return tool?.resume !== undefined;
  const hasBegun = state.openItems.has(callId) || turn.unreported.has(callId) || turn.decisions.has(callId);
  // An unknown tool answers that it is unknown.
  return !hasBegun && (tool === undefined || tool.startsWithItem);
}

function withdrawals(state: ThreadState, stays: ReadonlySet<string>): readonly ThreadEventBody[] {
  return [...state.pendingApprovals.values()].flatMap(({ approvalId, turnId, itemId }): readonly ThreadEventBody[] => {
    if (stays.has(itemId)) return [];
    return [{ type: "approval.resolved", approvalId, turnId, itemId, outcome: { type: "withdrawn" }, actor: null }];
  });
}
