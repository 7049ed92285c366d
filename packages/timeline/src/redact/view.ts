/**
 * The log as somebody sees it who may not see what began before some seq: of turns that began after it their events, redacted, and of
 * all others nothing. Whether an event belongs to such a turn follows from what was seen to begin, so what is kept is little: the turns
 * and items that have not ended.
 */
import type { ThreadEvent } from "../event.ts";
import { noOpenTexts, type OpenTexts, redactEvent } from "./redact-event.ts";
import type { RedactionRules } from "./redaction-rules.ts";

/** What is open at some seq of what a viewer is shown. Turns that have ended may still be among them. */
export interface View {
  readonly turns: ReadonlySet<string>;
  /** All turns that are shown, ended ones too: comments come at any time. null: those that the thread has. */
  readonly begun: ReadonlySet<string> | null;
  readonly items: ReadonlySet<string>;
  /** Of the items those whose chunks are not shown any more: some of them may be missing, and their completion says it all. */
  readonly muted: ReadonlySet<string>;
  readonly texts: OpenTexts;
}

export const nothingOpen: View = {
  turns: new Set(),
  begun: new Set(),
  items: new Set(),
  muted: new Set(),
  texts: noOpenTexts,
};

interface Seen {
  /** null: a viewer learns nothing of it but that its seq has passed. */
  readonly event: ThreadEvent | null;
  readonly view: View;
}

function viewEvent(before: View, event: ThreadEvent, rules: RedactionRules): Seen {
  if (!isShown(before, event)) return { event: null, view: before };
  const { event: shown, texts } = redactEvent(before.texts, event, rules);
  return { event: shown, view: { ...evolveView(before, event), texts } };
}

/** Several, in their order. */
export function viewEvents(before: View, events: readonly ThreadEvent[], rules: RedactionRules) {
  let view: View = { ...before, begun: withBegun(before.begun, events) };
  const shown = events.flatMap((event) => {
    const seen = viewEvent(view, event, rules);
    view = seen.view;
    return seen.event === null ? [] : [seen.event];
  });
  return { events: shown, view };
}

/** Once for all of them, since a thread may have very many; no comment comes before its turn. */
function withBegun(begun: View["begun"], events: readonly ThreadEvent[]): View["begun"] {
  const added = events.flatMap((event) => (event.type === "turn.started" ? [event.turnId] : []));
  return begun === null || added.length === 0 ? begun : new Set([...begun, ...added]);
}

function isShown({ turns, begun, items, muted }: View, event: ThreadEvent): boolean {
  switch (event.type) {
    case "turn.started":
      return true;
    case "item.chunk":
      return items.has(event.itemId) && !muted.has(event.itemId);
    case "item.summaryPart":
      return items.has(event.itemId);
    case "item.completed":
      return items.has(event.item.id);
    case "comment.added":
    case "comment.deleted":
      return begun === null || begun.has(event.turnId);
    default:
      return !("turnId" in event) || event.turnId === null || turns.has(event.turnId);
  }
}

function evolveView(view: View, event: ThreadEvent): View {
  const { turns, items, muted } = view;
  switch (event.type) {
    case "turn.started":
      return { ...view, turns: new Set(turns).add(event.turnId) };
    case "turn.completed":
      return { ...view, turns: without(turns, event.turnId) };
    case "item.started":
      return { ...view, items: new Set(items).add(event.item.id) };
    case "item.completed":
      return { ...view, items: without(items, event.item.id), muted: without(muted, event.item.id) };
    default:
      return view;
  }
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const left = new Set(ids);
  left.delete(id);
  return left;
}

/** What was open at some seq, as it can be read: ids of turns and items, and the chunks of the items up to there. */
export interface OpenThings {
  readonly turns: readonly string[];
  /** All that are shown; null: those that the thread has. */
  readonly begun: readonly string[] | null;
  readonly items: readonly string[];
  readonly chunks: readonly ThreadEvent[];
}

/**
 * As if all events up to there had been viewed. `ended`: items that have ended by now, wherever their completion stands. Compaction may
 * have taken some of their chunks, and of a secret that lay across two of them the first.
 */
export function restoreView(
  { turns, begun, items, chunks }: OpenThings,
  ended: readonly string[],
  rules: RedactionRules,
): View {
  const open: View = {
    ...nothingOpen,
    turns: new Set(turns),
    begun: begun === null ? null : new Set(begun),
    items: new Set(items),
    muted: new Set(ended),
  };
  return viewEvents(open, chunks, rules).view;
}
