import type { HandOver } from "@skein/protocol/hand-over";
import type { Right } from "@skein/protocol/right";
import type { ThreadSettings } from "@skein/timeline/event";
import { presentHandOver } from "@skein/timeline/present/hand-over";
import type { Append } from "./append.ts";
import { cleanText } from "./rows.ts";

/** What an append changes in the thread's row beside its head; absent fields stay. Times in milliseconds since the epoch. */
export interface ListPatch {
  readonly name?: string | null;
  /** Counts only for a thread that has none yet. */
  readonly preview?: string;
  readonly status?: string;
  readonly archivedAt?: number | null;
  readonly updatedAt?: number;
  readonly recencyAt?: number;
  readonly cwd?: string;
  readonly model?: string;
  readonly modelProvider?: string;
  readonly handOver?: {
    readonly to: string;
    readonly by: string;
    readonly keep: Right | null;
    /** As the wire has it. */
    readonly entry: HandOver;
  };
}

/**
 * null for the many appends that lists do not show, such as chunks: writing a listed column moves index entries, which
 * an append of chunks must not pay for.
 */
export function deriveListPatch({
  events,
  expectedSeq,
  projection,
}: Pick<Append, "events" | "expectedSeq" | "projection">): ListPatch | null {
  const { preview, name, archived, updatedAtMs, status } = projection.thread;
  const settings = deriveSettings(events);
  const turnMoved = events.some(({ type }) => type === "turn.started" || type === "turn.completed");
  const approvalMoved = events.some(({ type }) => type === "approval.requested" || type === "approval.resolved");
  const handOver = deriveHandOver(events, expectedSeq);
  const shown =
    handOver !== null || turnMoved || approvalMoved || preview !== null || name !== undefined || archived !== undefined;
  if (!shown && settings === null) return null;
  const at = updatedAtMs === null ? {} : { updatedAt: Math.trunc(updatedAtMs) };
  return {
    // Only these change it. After others the turn that failed may be unknown here, because owners forget turns that ended.
    ...(turnMoved || approvalMoved ? { status } : {}),
    ...at,
    ...(name === undefined ? {} : { name: name === null ? null : cleanText(name) }),
    ...(preview === null ? {} : { preview: cleanText(preview) }),
    ...(archived === undefined ? {} : { archivedAt: archived ? (updatedAtMs ?? 0) : null }),
    ...(events.some(({ type }) => type === "turn.started") ? { recencyAt: at.updatedAt } : {}),
    ...(settings === null ? {} : deriveListedSettings(settings)),
    ...(handOver === null ? {} : { handOver }),
  };
}

/** Several in one append do not happen: each is a request of its own, and waits for its append. */
function deriveHandOver(events: Append["events"], expectedSeq: number): NonNullable<ListPatch["handOver"]> | null {
  const index = events.findLastIndex(({ type }) => type === "thread.handedOver");
  const event = events[index];
  if (event?.type !== "thread.handedOver") return null;
  const entry = presentHandOver({ ...event, seq: expectedSeq + index + 1 });
  return { to: event.to.memberId, by: event.actor.memberId, keep: event.keep, entry };
}

/** The settings that hold after these events; null: they say nothing of them. */
export function deriveSettings(events: Append["events"]): ThreadSettings | null {
  return events.reduce<ThreadSettings | null>((last, event) => ("settings" in event ? event.settings : last), null);
}

export function deriveListedSettings({ cwd, model, modelProvider }: ThreadSettings) {
  return { cwd: cleanText(cwd), model: cleanText(model), modelProvider: cleanText(modelProvider) };
}
