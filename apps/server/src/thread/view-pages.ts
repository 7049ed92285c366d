/** Pages of a shared thread, as its viewers see them. */
import type { ThreadEvent } from "@skein/timeline/event";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import { noOpenTexts, redactEvent } from "@skein/timeline/redact/redact-event";
import { redactItemRows, redactTurnRow } from "@skein/timeline/redact/redact-rows";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import type { ItemsPage, TurnsPage } from "../log/read-pages.ts";

/** Which part of a thread is shown: whole turns. */
export interface ViewRange {
  /** Turns that began after it are shown. */
  readonly fromSeq: number;
  /** And none that began after this; null: the view is live. */
  readonly frozenAtSeq: number | null;
}

/** For a request of a page. */
export function withinRange({ fromSeq, frozenAtSeq }: ViewRange) {
  return { within: { above: fromSeq, through: frozenAtSeq ?? Number.MAX_SAFE_INTEGER - 1 } };
}

export function viewItemsPage(page: ItemsPage, range: ViewRange, rules: RedactionRules): ItemsPage {
  return { ...page, ...viewRows(page, range, rules) };
}

/** What waits for a decision is no matter of viewers. */
export function viewTurnsPage(page: TurnsPage, range: ViewRange, rules: RedactionRules): TurnsPage {
  const turns = page.turns.map((row) => redactTurnRow(row, rules));
  return {
    ...page,
    ...viewRows(page, range, rules),
    turns,
    pendingApprovals: [],
    comments: viewComments(page.comments, range, rules),
  };
}

/** In what is frozen there are none that came later; one that was deleted since is gone there too. */
function viewComments(
  events: readonly ThreadEvent[],
  { frozenAtSeq }: ViewRange,
  rules: RedactionRules,
): readonly ThreadEvent[] {
  const shown = events.filter(
    ({ type, seq }) => type !== "comment.added" || frozenAtSeq === null || seq <= frozenAtSeq,
  );
  return shown.flatMap((event) => redactEvent(noOpenTexts, event, rules).event ?? []);
}

function viewRows(page: ItemsPage, { frozenAtSeq }: ViewRange, rules: RedactionRules) {
  const rows = foldOpenItems(page.items, page.openEvents);
  // A command of an earlier turn may have gone on after the end of what is shown.
  const shown = frozenAtSeq === null ? rows : rows.filter(({ asOf }) => asOf <= frozenAtSeq);
  return { items: redactItemRows(shown, rules), openEvents: [], headSeq: frozenAtSeq ?? page.headSeq };
}
