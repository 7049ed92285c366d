/** Pages of a shared thread, as its viewers see them. A page may be two megabytes, which takes long to look through: it is done in slices. */
import type { ThreadEvent } from "@skein/timeline/event";
import { foldOpenItems } from "@skein/timeline/project/fold-open-items";
import { noOpenTexts, redactEvent } from "@skein/timeline/redact/redact-event";
import { redactItemRow, redactTurnRow } from "@skein/timeline/redact/redact-rows";
import type { RedactionRules } from "@skein/timeline/redact/redaction-rules";
import type { ItemsPage, TurnsPage } from "../log/read-pages.ts";
import { inSlices } from "./in-slices.ts";

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

export async function viewItemsPage(page: ItemsPage, range: ViewRange, rules: RedactionRules): Promise<ItemsPage> {
  return { ...page, ...(await viewRows(page, range, rules)) };
}

/** What waits for a decision is no matter of viewers. */
export async function viewTurnsPage(page: TurnsPage, range: ViewRange, rules: RedactionRules): Promise<TurnsPage> {
  return {
    ...page,
    ...(await viewRows(page, range, rules)),
    turns: await inSlices(page.turns, (row) => redactTurnRow(row, rules)),
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

async function viewRows(page: ItemsPage, { frozenAtSeq }: ViewRange, rules: RedactionRules) {
  const rows = foldOpenItems(page.items, page.openEvents);
  // A command of an earlier turn may have gone on after the end of what is shown.
  const shown = frozenAtSeq === null ? rows : rows.filter(({ asOf }) => asOf <= frozenAtSeq);
  const redacted = await inSlices(shown, (row) => redactItemRow(row, rules));
  const items = redacted.filter((row) => row !== null);
  return { items, openEvents: [], headSeq: frozenAtSeq ?? page.headSeq };
}
