/** The log of one thread as its viewers are shown it. */
import type { ThreadEvent } from "@skein/timeline/event";
import { type OpenThings, restoreView, viewEvents } from "@skein/timeline/redact/view";
import type { EventSource } from "../subscription/event-source.ts";
import type { ThreadKey } from "../subscription/subscriptions.ts";
import type { ViewTerms } from "../subscription/view-terms.ts";

/** What of the thread's log is read. */
export interface ViewedLog extends EventSource {
  /** What was open at `seq` of the turns that began after `fromSeq`. */
  openAt(fromSeq: number, seq: number): Promise<OpenThings>;
  /** Of these items those that have ended by now. */
  ended(itemIds: readonly string[]): Promise<readonly string[]>;
}

/**
 * What is open is read before the page, and what has ended after it: whatever compaction takes in between is of items that have ended,
 * and of those no chunk is shown any more.
 */
export function viewSource(log: ViewedLog, { fromSeq, rules }: Pick<ViewTerms, "fromSeq" | "rules">): EventSource {
  return {
    sizeAfter: (seq) => log.sizeAfter(seq),
    readAfter: async (seq) => {
      const open = await log.openAt(fromSeq, seq);
      const page = await log.readAfter(Math.max(seq, fromSeq));
      if (page === null) return null;
      const ended = await log.ended([...new Set([...open.items, ...page.events.flatMap(itemOfChunk)])]);
      const { events, view } = viewEvents(restoreView(open, ended, rules), page.events, rules);
      return { ...page, events, view };
    },
  };
}

function itemOfChunk(event: ThreadEvent): string[] {
  return event.type === "item.chunk" ? [event.itemId] : [];
}

/** Of the thread, as the directory reads it. */
export interface ViewReads {
  eventsAfter(thread: ThreadKey, seq: number): ReturnType<EventSource["readAfter"]>;
  sizeAfter(thread: ThreadKey, seq: number): Promise<number>;
  openThings(thread: ThreadKey, fromSeq: number, seq: number): Promise<OpenThings>;
  ended(thread: ThreadKey, itemIds: readonly string[]): Promise<readonly string[]>;
}

export function viewedLog(reads: ViewReads, thread: ThreadKey): ViewedLog {
  return {
    readAfter: (seq) => reads.eventsAfter(thread, seq),
    sizeAfter: (seq) => reads.sizeAfter(thread, seq),
    openAt: (fromSeq, seq) => reads.openThings(thread, fromSeq, seq),
    ended: (itemIds) => reads.ended(thread, itemIds),
  };
}
