/**
 * The rows that paging and search read, derived from the same fold that clients use. They are written in the transaction
 * of the append; dropping them and folding the log again gives the same rows.
 *
 * Chunks change no row: a reader folds the chunks of an open item above its row's `asOf` into it, by `reduce` like
 * everyone. Once the item's completion is committed its chunks may be compacted away.
 */
import type { ThreadItem } from "@skein/protocol/item";
import type { ThreadEvent } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { presentItem } from "../present/items.ts";
import { findTurn } from "../reduce/find.ts";
import { reduce } from "../reduce/reduce.ts";
import type { ItemView, Timeline, TurnExtras, TurnView } from "../reduce/timeline.ts";
import { deriveThreadPatch, type ThreadPatch } from "./thread-patch.ts";

/** Without comments: they come at any time, and the turns they are about are long let go of. See `fold-comments`. */
export interface TurnRow extends Omit<TurnExtras, "comments"> {
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
  const turnIds = new Set(events.flatMap(changedTurn));
  const items = new Map(events.flatMap((event) => changedItems(after, event)).map((row) => [row.itemId, row]));
  return {
    after,
    turns: [...turnIds].flatMap((turnId) => turnRow(after, turnId, startedSeqs.get(turnId) ?? null)),
    items: [...items.values()].map((row) => ({ ...row, startedSeq: startedSeqs.get(row.itemId) ?? null })),
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
    case "approval.resolved":
      return [event.turnId];
    case "warning.reported":
      return event.turnId === null ? [] : [event.turnId];
    default:
      return [];
  }
}

type PlacelessItemRow = Omit<ItemRow, "startedSeq">;

/** The rows as they are after the whole append; of two for one item the later counts. */
function changedItems(after: Timeline, event: ThreadEvent): PlacelessItemRow[] {
  switch (event.type) {
    case "item.started":
      return findItems(after, event.turnId, ({ item }) => item.id === event.item.id);
    case "item.completed":
      return [completedRow(event)];
    case "turn.completed":
      return findItems(after, event.turnId, ({ asOf }) => asOf === event.seq);
    default:
      return [];
  }
}

function findItems(after: Timeline, turnId: string, wanted: (view: ItemView) => boolean): PlacelessItemRow[] {
  const views = after.turns[findTurn(after.turns, turnId)]?.items.filter(wanted) ?? [];
  return views.map((view) => ({ itemId: view.item.id, turnId, ...view }));
}

/** From the event alone, which holds the whole item. */
function completedRow(event: Extract<ThreadEvent, { type: "item.completed" }>): PlacelessItemRow {
  const times = { startedAtMs: event.startedAt, completedAtMs: event.at };
  const item = presentItem(event.item, times);
  return { itemId: item.id, turnId: event.turnId, item, ...times, asOf: event.seq };
}

function turnRow(after: Timeline, turnId: string, startedSeq: number | null): TurnRow[] {
  const turn = after.turns[findTurn(after.turns, turnId)];
  if (turn === undefined) return [];
  const { id: _, items: __, comments: ___, ...columns } = turn;
  return [{ turnId, startedSeq, ...columns }];
}
