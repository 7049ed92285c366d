/**
 * What the log says of the turn that goes on: everything that a node which did not start it needs to continue it.
 */
import type { Actor, ApprovalOutcome, ThreadEvent } from "@skein/timeline/event";
import type { AgentMessageItem, CommandItem, Item, PatchItem, UserMessageItem } from "@skein/timeline/item";
import { appendHistory, emptyHistory, type History } from "./history.ts";

export interface OpenTurn {
  readonly turnId: string;
  readonly actor: Actor | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly work: "prompt" | "userCommand";
  readonly outputSchema: Readonly<Record<string, unknown>> | undefined;
  /** Ids of all items that the turn has started. */
  readonly itemIds: History;
  /** What people said to the turn and the model has not been told. */
  readonly untold: readonly UserMessageItem[];
  /** The last message that the model finished. */
  readonly finalMessage: AgentMessageItem | null;
  /** The last message that was closed. It is finished, and not merely cut short, when the model's own record of it follows. */
  readonly closedMessage: AgentMessageItem | null;
  /** Set as long as nothing has come after the end of the model's last response. */
  readonly endedResponse: { readonly endsTurn: boolean } | null;
  /** Streams that broke since a response last came to its end, as people were told. */
  readonly streamRetries: number;
  /** By item: what was decided about effects that have not ended. By approval: a connection to which somebody said that the turn shall end. */
  readonly decisions: ReadonlyMap<string, ApprovalOutcome>;
  /** By item: effects that have ended and of which the model has not been told. */
  readonly unreported: ReadonlyMap<string, CommandItem | PatchItem>;
  /** As the last `diff.updated` has it. */
  readonly diff: string;
  /** Absolute paths of the files that patches of the turn have changed. */
  readonly patchedPaths: readonly string[];
  /** How often in a row the turn was continued without a call of the model having been carried out in between. */
  readonly continuations: number;
}

export function beginTurn(event: Extract<ThreadEvent, { type: "turn.started" }>): OpenTurn {
  return {
    turnId: event.turnId,
    actor: event.actor,
    startedAt: event.at,
    work: event.work ?? "prompt",
    outputSchema: event.outputSchema,
    itemIds: emptyHistory,
    untold: [],
    finalMessage: null,
    closedMessage: null,
    endedResponse: null,
    streamRetries: 0,
    decisions: new Map(),
    unreported: new Map(),
    diff: "",
    patchedPaths: [],
    continuations: 0,
  };
}

/** Returns the same turn for an event of which it keeps nothing, streamed text above all. `isConnection`: of a decision, what it is about. */
export function evolveOpenTurn(turn: OpenTurn, event: ThreadEvent, isConnection: boolean): OpenTurn {
  if (!("turnId" in event) || event.turnId !== turn.turnId) return turn;
  switch (event.type) {
    case "turn.continued":
      return { ...turn, continuations: event.attempt };
    case "turn.handedOver":
      // Nothing failed: a turn may be handed over any number of times.
      return { ...turn, continuations: 0 };
    case "response.completed":
      return { ...turn, endedResponse: { endsTurn: event.endsTurn }, streamRetries: 0 };
    case "item.started":
      return withStarted(turn, event.item);
    case "item.completed":
      return withCompleted(turn, event.item);
    case "approval.resolved":
      return withDecision(turn, event, isConnection);
    case "model.items":
      return withModelItems(turn, event);
    case "diff.updated":
      return { ...turn, diff: event.diff };
    case "error.reported":
      return event.willRetry ? { ...turn, streamRetries: turn.streamRetries + 1 } : turn;
    default:
      return turn;
  }
}

/** Of a connection it is kept only that the turn shall end: whatever became of it, its command had begun. */
function withDecision(
  turn: OpenTurn,
  { approvalId, itemId, outcome }: Extract<ThreadEvent, { type: "approval.resolved" }>,
  isConnection: boolean,
): OpenTurn {
  const endsTurn = outcome.type === "decided" && outcome.decision === "cancel";
  if (isConnection && !endsTurn) return turn;
  return { ...turn, decisions: new Map(turn.decisions).set(isConnection ? approvalId : itemId, outcome) };
}

function withStarted(turn: OpenTurn, item: Item): OpenTurn {
  const itemIds = appendHistory(turn.itemIds, [item.id]);
  return item.type === "userMessage" ? { ...turn, itemIds, untold: [...turn.untold, item] } : { ...turn, itemIds };
}

function withCompleted(turn: OpenTurn, item: Item): OpenTurn {
  if (item.type === "agentMessage") return { ...turn, closedMessage: item };
  if (item.type !== "command" && item.type !== "patch") return turn;
  const decisions = new Map(turn.decisions);
  decisions.delete(item.id);
  const unreported = new Map(turn.unreported).set(item.id, item);
  if (item.type !== "patch" || item.status !== "completed") return { ...turn, decisions, unreported };
  const patchedPaths = [...new Set([...turn.patchedPaths, ...(item.files ?? []).map(({ path }) => path)])];
  return { ...turn, decisions, unreported, patchedPaths };
}

type ModelItem = { readonly type?: string; readonly role?: string; readonly call_id?: string };

function withModelItems(turn: OpenTurn, event: Extract<ThreadEvent, { type: "model.items" }>): OpenTurn {
  const items = event.items as readonly ModelItem[];
  const outputs = items.filter(({ type }) => type?.endsWith("_output"));
  const hasMessage = items.some(({ role }) => role === "assistant");
  const { tells } = event;
  const isTold = (id: string) => tells === "all" || tells?.includes(id);
  // Whatever the model is told after a person's own command is told of that command.
  const unreported = new Map(turn.work === "userCommand" ? [] : turn.unreported);
  const decisions = new Map(turn.decisions);
  for (const { call_id: callId } of outputs) {
    if (callId === undefined) continue;
    unreported.delete(callId);
    decisions.delete(callId);
  }
  return {
    ...turn,
    endedResponse: items.length === 0 ? turn.endedResponse : null,
    untold: turn.untold.some(({ id }) => isTold(id)) ? turn.untold.filter(({ id }) => !isTold(id)) : turn.untold,
    finalMessage: hasMessage ? turn.closedMessage : turn.finalMessage,
    decisions,
    unreported,
    continuations: outputs.length > 0 ? 0 : turn.continuations,
  };
}
