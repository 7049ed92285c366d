import type { CallRecord, CommandReceipt } from "@skein/core/ports";
import type { NewThreadEvent } from "@skein/timeline/event";
import type { ApprovalRow } from "@skein/timeline/project/derive-approvals";
import type { Projection } from "@skein/timeline/project/derive-projection";
import type { ThreadAuditLine } from "../audit/derive-thread-lines.ts";

/** What an owner of a thread asks the log to write, all of it or nothing. */
export interface Append {
  readonly threadId: string;
  /** Of the lease under which the caller owns the thread. */
  readonly fence: bigint;
  /** The head that the caller knows; the first event gets the seq after it. */
  readonly expectedSeq: number;
  readonly events: readonly NewThreadEvent[];
  readonly projection: Pick<Projection, "turns" | "items" | "thread">;
  /** Asked right before every attempt: whether the lease is proved. Absent: it is. */
  readonly mayWrite?: () => boolean;
  /** What the audit log is told of the events. */
  readonly audit?: readonly ThreadAuditLine[];
  /** What the events say of approvals. */
  readonly approvals?: readonly ApprovalRow[];
  /** Of the accepted commands that these events carry out. */
  readonly receipts?: readonly CommandReceipt[];
  /** Of the model, of whose end these events tell. */
  readonly calls?: readonly CallRecord[];
}

/** Scope of receipts of commands that make a thread. */
export const threadStartScope = "00000000-0000-0000-0000-000000000000";

/** The seqs that the events were given: `from` to `to`, both included. */
export interface AppendedRange {
  readonly from: number;
  readonly to: number;
}

/** The thread was deleted. */
export class ThreadGone extends Error {
  override readonly name = "ThreadGone";
}

/** The caller owns the thread, but the log does not end where it thinks: it must read on from there before it writes. */
export class HeadMoved extends Error {
  override readonly name = "HeadMoved";
  readonly headSeq: number;
  constructor(headSeq: number) {
    super(`the log ends at ${headSeq}, not where the append expected it`);
    this.headSeq = headSeq;
  }
}

/** The database refuses what this append holds; no other thread is affected, and trying again changes nothing. */
export class AppendRefused extends Error {
  override readonly name = "AppendRefused";
}

/** A command with this key was carried out before; nothing was written. */
export class CommandRepeated extends Error {
  override readonly name = "CommandRepeated";
}

/** The log was closed before the append was known to be committed; it may or may not have been. */
export class LogClosed extends Error {
  override readonly name = "LogClosed";
}

/** The database answers, but not as one that this program was written for; nothing can be appended until an operator has acted. */
export class LogUnusable extends Error {
  override readonly name = "LogUnusable";
}
