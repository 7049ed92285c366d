/** Pages of turns and items, as read from the projections, in the words of the protocol. */
import type { Comment } from "@skein/protocol/comment";
import type { ThreadItemEntry } from "@skein/protocol/methods/thread-read";
import type { PagedTurn, Turn, TurnItemsView } from "@skein/protocol/turn";
import type { ItemRow, TurnRow } from "@skein/timeline/project/derive-projection";
import { foldComments } from "@skein/timeline/project/fold-comments";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import { encodePlace } from "../log/place.ts";
import type { ItemsPage, TurnsPage } from "../log/read-pages.ts";
import type { Encoding } from "../subscription/encode.ts";

/**
 * Who reads. A client with `skein/replay` knows the page's `asOf`, so it is shown open items with their text so far, and
 * what turns have beside their items. The others cannot tell which of the events that follow a page already contains;
 * they get open items announced when they resume.
 */
export type PageReader = Pick<Encoding, "replay">;

export function presentItemsPage(page: ItemsPage, reader: PageReader) {
  return { data: visibleItems(page, reader).map(presentEntry), ...presentEdges(page) };
}

export function presentTurnsPage(page: TurnsPage, itemsView: TurnItemsView, reader: PageReader) {
  const commentsOf = Map.groupBy(foldComments(page.comments), ({ turnId }) => turnId);
  const itemsOf = Map.groupBy(visibleItems(page, reader), ({ turnId }) => turnId);
  const data = page.turns.map((row): PagedTurn => {
    const turn = presentTurn(row, itemsOf.get(row.turnId) ?? [], itemsView);
    return reader.replay ? { ...turn, extras: presentExtras(row, commentsOf.get(row.turnId) ?? []) } : turn;
  });
  return { data, ...presentEdges(page) };
}

function visibleItems({ items, openEvents }: ItemsPage | TurnsPage, { replay }: PageReader): readonly ItemRow[] {
  if (replay) return foldOpenItems(items, openEvents);
  return items.filter(({ completedAtMs }) => completedAtMs !== null);
}

function presentEdges({ next, backwards, headSeq }: ItemsPage | TurnsPage) {
  return {
    nextCursor: next === null ? null : encodePlace(next),
    backwardsCursor: backwards === null ? null : encodePlace(backwards),
    asOf: headSeq,
  };
}

function presentEntry({ turnId, item, startedAtMs, completedAtMs }: ItemRow): ThreadItemEntry {
  return { turnId, item, startedAtMs, completedAtMs };
}

function presentTurn(turn: TurnRow, rows: readonly ItemRow[], itemsView: TurnItemsView): Turn {
  const { turnId, status, error, startedAt, completedAt, durationMs } = turn;
  const items = rows.map(({ item }) => item);
  return {
    id: turnId,
    rootTurnId: turnId,
    items: itemsView === "summary" ? summaryOf(items) : items,
    itemsView,
    status,
    error,
    startedAt,
    completedAt,
    durationMs,
  };
}

function presentExtras(
  { plan, diff, errors, questions, warnings, decisions }: TurnRow,
  comments: readonly Comment[],
): PagedTurn["extras"] {
  return {
    plan: plan === null ? null : { explanation: plan.explanation, steps: [...plan.steps] },
    diff,
    errors: errors.map(({ error, willRetry }) => ({ error, willRetry })),
    questions: [...questions],
    warnings: [...warnings],
    decisions: [...decisions],
    comments: [...comments],
  };
}

/** What the person asked, and the last thing that the agent said. */
function summaryOf(items: Turn["items"]): Turn["items"] {
  const asked = items.filter(({ type }) => type === "userMessage");
  const answer = items.findLast(({ type }) => type === "agentMessage");
  return answer === undefined ? asked : [...asked, answer];
}
