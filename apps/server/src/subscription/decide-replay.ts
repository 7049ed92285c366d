/** Whether a client goes on from where it was, or begins anew. */
import { type Cursor, encodeCursor, parseCursor } from "@skein/protocol/cursor";
import type { ReplayResult, ResetReason } from "@skein/protocol/replay";

/** The log as it is now. */
export interface LogPosition {
  readonly incarnation: string;
  readonly logEpoch: number;
  readonly headSeq: number;
}

export type ReplayDecision =
  /** The events after `seq` follow, unless they are too many bytes. */
  { readonly type: "continue"; readonly seq: number } | { readonly type: "reset"; readonly reason: ResetReason };

/** What a client has missed. */
export interface Distance {
  readonly events: number;
  /** As they are stored. */
  readonly bytes: number;
}

/** Beyond this much the newest page arrives sooner than the tape. */
export const maxReplayEvents = 5_000;
export const maxReplayBytes = 2 * 1024 * 1024;

export function isTooFarBehind({ events, bytes }: Distance): boolean {
  return events > maxReplayEvents || bytes > maxReplayBytes;
}

export function decideReplay(cursor: string | null, log: LogPosition): ReplayDecision {
  if (cursor === null) return { type: "reset", reason: "noCursor" };
  const parsed = parseCursor(cursor);
  if (!parsed.ok) return { type: "reset", reason: "invalidCursor" };
  const reason = reasonToReset(parsed.cursor, log);
  return reason === null ? { type: "continue", seq: parsed.cursor.seq } : { type: "reset", reason };
}

/** As the answer to `thread/resume`. The cursor is that of the place from which frames go on. */
export function presentReplay(decision: ReplayDecision, log: LogPosition): ReplayResult {
  const { incarnation, logEpoch, headSeq } = log;
  const from = decision.type === "continue" ? decision.seq : headSeq;
  const place = { cursor: encodeCursor({ incarnation, logEpoch, seq: from }), from };
  return decision.type === "continue"
    ? { verdict: "continue", ...place }
    : { verdict: "reset", reason: decision.reason, ...place };
}

function reasonToReset(cursor: Cursor, log: LogPosition): ResetReason | null {
  if (cursor.incarnation !== log.incarnation) return "otherIncarnation";
  if (cursor.logEpoch !== log.logEpoch) return "otherEpoch";
  if (cursor.seq > log.headSeq) return "aheadOfLog";
  return isTooFarBehind({ events: log.headSeq - cursor.seq, bytes: 0 }) ? "tooFarBehind" : null;
}
