/** What an append changes in the thread's own row, which lists of threads are read from. */
import type { ThreadEvent } from "../event.ts";
import type { Timeline } from "../reduce/timeline.ts";

export interface ThreadPatch {
  /** The first words a person sent in these events. It counts only for a thread that has no preview yet. */
  readonly preview: string | null;
  /** Absent: unchanged. */
  readonly name?: string | null;
  readonly archived?: boolean;
  /** Milliseconds since the epoch, of the last event; null without events. */
  readonly updatedAtMs: number | null;
  readonly status: ThreadListingStatus;
}

/** `failed`: the last turn ended badly. `waiting`: an approval is pending, or a question. */
export type ThreadListingStatus = "idle" | "active" | "waiting" | "failed";

const maxPreviewChars = 200;

export function deriveThreadPatch(after: Timeline, events: readonly ThreadEvent[]): ThreadPatch {
  const renamed = events.some(({ type }) => type === "thread.named");
  const filed = events.some(({ type }) => type === "thread.archived" || type === "thread.unarchived");
  return {
    preview: events.map(previewOf).find((text) => text !== null) ?? null,
    ...(renamed ? { name: after.name } : {}),
    ...(filed ? { archived: after.archived } : {}),
    updatedAtMs: events.at(-1)?.at ?? null,
    status: statusOf(after),
  };
}

function statusOf(after: Timeline): ThreadListingStatus {
  if (after.activeTurnId !== null) return after.pendingApprovals.length > 0 ? "waiting" : "active";
  return after.turns.at(-1)?.status === "failed" ? "failed" : "idle";
}

function previewOf(event: ThreadEvent): string | null {
  if (event.type !== "item.started" && event.type !== "item.completed") return null;
  if (event.item.type !== "userMessage") return null;
  const text = event.item.content.map((input) => (input.type === "text" ? input.text : "")).join(" ");
  const words = text.replace(/\s+/g, " ").trim();
  return words === "" ? null : truncate(words);
}

/** Counts in code points, so that no surrogate pair is cut. */
function truncate(text: string): string {
  return text.length <= maxPreviewChars
    ? text
    : `${[...text.slice(0, maxPreviewChars * 2)].slice(0, maxPreviewChars).join("")}…`;
}
