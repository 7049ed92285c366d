/** Pages as a server would read them: cut out of the fold of the log up to some seq. */
import type { Turn } from "@skein/protocol/turn";
import type { ThreadState, TimelinePage, TurnPage } from "../reduce/page.ts";
import type { Timeline, TurnView } from "../reduce/timeline.ts";

/** The last `limit` items before the one that `cursor` names (null: before the end), with the turns around them. */
export function pageOf(whole: Timeline, cursor: string | null, limit: number): TimelinePage {
  const entries = whole.turns.flatMap((turn) => [
    { key: turn.id, turn, index: -1 },
    ...turn.items.map(({ item }, index) => ({ key: item.id, turn, index })),
  ]);
  const end = cursor === null ? entries.length : entries.findIndex(({ key }) => key === cursor);
  const chosen = entries.slice(Math.max(0, end - limit), end);
  const pages = new Map<string, TurnPage>();
  for (const { turn, index } of chosen) {
    const items = pages.get(turn.id)?.turn.items ?? [];
    const item = turn.items[index]?.item;
    pages.set(turn.id, turnPage(turn, item === undefined ? items : [...items, item]));
  }
  const olderCursor = end - limit > 0 ? (chosen[0]?.key ?? null) : null;
  return { asOf: whole.seq, turns: [...pages.values()], olderCursor };
}

function turnPage(view: TurnView, items: Turn["items"]): TurnPage {
  const {
    id,
    status,
    error,
    startedAt,
    completedAt,
    durationMs,
    plan,
    diff,
    errors,
    questions,
    warnings,
    decisions,
    comments,
  } = view;
  const turn: Turn = {
    ...{ id, rootTurnId: id, items, itemsView: "full" },
    ...{ status, error, startedAt, completedAt, durationMs },
  };
  return { turn, extras: { plan, diff, errors, questions, warnings, decisions, comments } };
}

export function threadStateOf({
  name,
  archived,
  tokenUsage,
  pendingApprovals,
  warnings,
  handOvers,
}: Timeline): ThreadState {
  return { name, archived, tokenUsage, pendingApprovals, warnings, handOvers };
}
