/**
 * The rows that paging and search read, derived from the same fold that clients use. They are written in the transaction
 * of the append; dropping them and folding the log again gives the same rows.
 *
 * Chunks change no row: a reader folds the chunks above a row's `asOf` into the item, by `reduce` like everyone.
 */
import type { ThreadItem } from "@skein/protocol/item";
import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { findItem, findTurn } from "../reduce/find.ts";
import { reduce } from "../reduce/reduce.ts";
import type { Timeline, TurnExtras, TurnView } from "../reduce/timeline.ts";
import { deriveThreadPatch, type ThreadPatch } from "./thread-patch.ts";

export interface TurnRow extends TurnExtras {
  readonly turnId: string;
  /** The turn's place among the turns: the seq of its start. null: the row exists, leave its place. */
  readonly startedSeq: number | null;
  readonly status: TurnView["status"];
  readonly error: TurnView["error"];
  /** Seconds since the epoch. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly durationMs: number | null;
  readonly asOf: number;
}

export interface ItemRow {
  readonly itemId: string;
  readonly turnId: string;
  /** The item's place among the items: the seq of its start. null: the row exists, leave its place. */
  readonly startedSeq: number | null;
  /** As the protocol shows it, with the text up to `asOf`. */
  readonly item: ThreadItem;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly asOf: number;
}

export interface Projection {
  /** The timeline with the events folded in: `before` of the next append. */
  readonly after: Timeline;
  readonly turns: readonly TurnRow[];
  readonly items: readonly ItemRow[];
  readonly thread: ThreadPatch;
}

/** `before` must hold every turn that has not ended and every item that is open. `events` are those of one append. */
export function deriveProjection(before: Timeline, threadId: string, events: readonly ThreadEvent[]): Projection {
  let after = before;
  for (const event of events) {
    for (const framed of framedEventsOf(threadId, event)) after = reduce(after, framed);
  }
  const startedSeqs = startedSeqsOf(events);
  const placeOf = (id: string) => startedSeqs.get(id) ?? null;
  const turnIds = new Set(events.flatMap(changedTurn));
  const items = new Map(events.flatMap((event) => changedItems(after, event)).map((ref) => [ref.itemId, ref]));
  return {
    after,
    turns: [...turnIds].flatMap((turnId) => turnRow(after, turnId, placeOf(turnId))),
    items: [...items.values()].flatMap((ref) => itemRow(after, ref, placeOf(ref.itemId))),
    thread: deriveThreadPatch(after, events),
  };
}

function startedSeqsOf(events: readonly ThreadEvent[]): ReadonlyMap<string, number> {
  const seqs = new Map<string, number>();
  for (const event of events) {
    if (event.type === "turn.started") seqs.set(event.turnId, event.seq);
    if (event.type === "item.started") seqs.set(event.item.id, event.seq);
  }
  return seqs;
}

function changedTurn(event: ThreadEvent): string[] {
  switch (event.type) {
    case "turn.started":
    case "turn.completed":
    case "plan.updated":
    case "diff.updated":
    case "error.reported":
      return [event.turnId];
    default:
      return [];
  }
}

interface ItemRef {
  readonly turnId: string;
  readonly itemId: string;
}

function changedItems(after: Timeline, event: ThreadEvent): ItemRef[] {
  switch (event.type) {
    case "item.started":
    case "item.completed":
      return [{ turnId: event.turnId, itemId: event.item.id }];
    case "turn.completed": {
      const turn = after.turns[findTurn(after.turns, event.turnId)];
      const closedByTurn = turn?.items.filter(({ asOf }) => asOf === event.seq) ?? [];
      return closedByTurn.map(({ item }) => ({ turnId: event.turnId, itemId: item.id }));
    }
    default:
      return [];
  }
}

function turnRow(after: Timeline, turnId: string, startedSeq: number | null): TurnRow[] {
  const turn = after.turns[findTurn(after.turns, turnId)];
  if (turn === undefined) return [];
  const { id: _, items: __, ...columns } = turn;
  return [{ turnId, startedSeq, ...columns }];
}

function itemRow(after: Timeline, { turnId, itemId }: ItemRef, startedSeq: number | null): ItemRow[] {
  const turn = after.turns[findTurn(after.turns, turnId)];
  const view = turn?.items[findItem(turn.items, itemId)];
  return view === undefined ? [] : [{ itemId, turnId, startedSeq, ...view }];
}
