/**
 * Pages bring history as state. A page is read in one statement together with the seq `asOf` that it reflects, and holds
 * a contiguous range of items that ends where the loaded window begins.
 */
import type { ThreadTokenUsage } from "@skein/protocol/token-usage";
import type { Turn } from "@skein/protocol/turn";
import { findItem, findTurn } from "./find.ts";
import {
  emptyTimeline,
  type ItemView,
  type PendingApproval,
  type Timeline,
  type TurnExtras,
  type TurnView,
} from "./timeline.ts";

/** What turns were given after the first release. */
type LaterExtras = "decisions" | "comments";

/** A turn in a page. `turn.items` is all of the turn, or its end, or what lies before the loaded part of it. */
export interface TurnPage {
  readonly turn: Turn;
  readonly extras: (Omit<TurnExtras, LaterExtras> & Partial<Pick<TurnExtras, LaterExtras>>) | null;
}

export interface TimelinePage {
  readonly asOf: number;
  /** Oldest first. */
  readonly turns: readonly TurnPage[];
  /** Asks for the page before this one; null when this one begins at the thread's beginning. */
  readonly olderCursor: string | null;
}

/** What the thread as a whole was at the page's `asOf`. */
export interface ThreadState {
  readonly name: string | null;
  readonly archived: boolean;
  readonly tokenUsage: ThreadTokenUsage | null;
  readonly pendingApprovals: readonly PendingApproval[];
  readonly warnings: Timeline["warnings"];
  readonly handOvers: Timeline["handOvers"];
}

/** The timeline of a reader who begins at the newest page; frames go on from its `asOf`. */
export function openTimeline(page: TimelinePage, thread: ThreadState): Timeline {
  const turns = page.turns.map((turnPage) => viewTurn(turnPage, page.asOf));
  return {
    ...emptyTimeline,
    ...thread,
    turns,
    seq: page.asOf,
    activeTurnId: turns.findLast(({ status }) => status === "inProgress")?.id ?? null,
    window: { ...windowOf(page), openedAt: page.asOf, touchedUnloaded: new Map() },
  };
}

export type PageResult =
  | { readonly kind: "applied"; readonly timeline: Timeline }
  /** Events that the timeline has passed touched what the page holds, after the page was read: ask again. */
  | { readonly kind: "stale" };

/** Puts an older page before the loaded window. It may have been read before or after the timeline's seq. */
export function loadPage(timeline: Timeline, page: TimelinePage): PageResult {
  if (isStale(timeline, page)) return { kind: "stale" };
  const overlap = page.turns.findIndex(({ turn }) => findTurn(timeline.turns, turn.id) >= 0);
  const older = overlap < 0 ? page.turns : page.turns.slice(0, overlap);
  const shared = page.turns[overlap];
  const turns = [
    ...older.map((turnPage) => viewTurn(turnPage, page.asOf)),
    ...timeline.turns.map((turn) =>
      shared !== undefined && turn.id === shared.turn.id ? withOlderItems(turn, shared.turn, page.asOf) : turn,
    ),
  ];
  return { kind: "applied", timeline: { ...timeline, turns, window: { ...timeline.window, ...windowOf(page) } } };
}

function isStale(timeline: Timeline, page: TimelinePage): boolean {
  const { openedAt, touchedUnloaded } = timeline.window;
  if (page.asOf < openedAt) return true;
  return page.turns.some(({ turn }) => (touchedUnloaded.get(turn.id) ?? 0) > page.asOf);
}

/** The loaded part is the fresher one and wins; from its first item on the page has nothing to add. */
function withOlderItems(view: TurnView, turn: Turn, asOf: number): TurnView {
  const overlap = turn.items.findIndex((item) => findItem(view.items, item.id) >= 0);
  const older = overlap < 0 ? turn.items : turn.items.slice(0, overlap);
  if (older.length === 0) return view;
  return { ...view, items: [...older.map((item) => viewItem(item, asOf)), ...view.items] };
}

function viewTurn({ turn, extras }: TurnPage, asOf: number): TurnView {
  const { id, status, error, startedAt, completedAt, durationMs } = turn;
  const {
    plan = null,
    diff = null,
    errors = [],
    questions = [],
    warnings = [],
    decisions = [],
    comments = [],
  } = extras ?? {};
  const items = turn.items.map((item) => viewItem(item, asOf));
  const own = { id, status, error, startedAt, completedAt, durationMs };
  return { ...own, items, plan, diff, errors, questions, warnings, decisions, comments, asOf };
}

function viewItem(item: Turn["items"][number], asOf: number): ItemView {
  return { item, startedAtMs: item.startedAtMs, completedAtMs: item.completedAtMs, asOf };
}

function windowOf(page: TimelinePage) {
  return { hasOlder: page.olderCursor !== null, olderCursor: page.olderCursor };
}
