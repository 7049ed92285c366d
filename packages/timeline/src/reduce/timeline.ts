/**
 * A thread as its readers see it: turns and their items, folded from presented events. Values are immutable and share
 * what did not change, so that a view can compare by reference.
 *
 * A timeline holds a window: everything from some item to the newest. Pages extend it backwards. `asOf` on an item or
 * turn is the seq through which that piece already contains the log; an event at or below it changes nothing there.
 */
import type { Comment } from "@skein/protocol/comment";
import type { HandOver } from "@skein/protocol/hand-over";
import type { ThreadItem } from "@skein/protocol/item";
import type { ApprovalRequested } from "@skein/protocol/replay";
import type { ThreadSettings } from "@skein/protocol/thread-settings";
import type { ThreadTokenUsage } from "@skein/protocol/token-usage";
import type { TurnPlanStep, TurnStatus } from "@skein/protocol/turn";
import type { TurnError } from "@skein/protocol/turn-error";
import type { SettledDecision, SettledQuestions } from "@skein/protocol/user-question";
import type { ReportedWarning } from "@skein/protocol/warning";

export interface ItemView {
  readonly item: ThreadItem;
  /** Milliseconds since the epoch; null where the log does not say. */
  readonly startedAtMs: number | null;
  /** null while the item is open. */
  readonly completedAtMs: number | null;
  readonly asOf: number;
}

export interface TurnPlan {
  readonly explanation: string | null;
  readonly steps: readonly TurnPlanStep[];
}

/** Trouble that the turn reported on its way; `willRetry` false precedes a failed end. */
export interface TurnNotice {
  readonly error: TurnError;
  readonly willRetry: boolean;
}

/** What a turn has beside its items and that the protocol's own `Turn` does not carry. */
export interface TurnExtras {
  readonly plan: TurnPlan | null;
  /** A git-style unified diff of the turn's patches; null when there was none. */
  readonly diff: string | null;
  readonly errors: readonly TurnNotice[];
  /** In the order in which they were settled. */
  readonly questions: readonly SettledQuestions[];
  /** In the order in which they came. */
  readonly warnings: readonly ReportedWarning[];
  /** What people decided about its items, in that order. */
  readonly decisions: readonly SettledDecision[];
  /** What people said to each other about it, in that order. */
  readonly comments: readonly Comment[];
}

export const noExtras: TurnExtras = {
  ...{ plan: null, diff: null, errors: [] },
  ...{ questions: [], warnings: [], decisions: [], comments: [] },
};

export interface TurnView extends TurnExtras {
  readonly id: string;
  readonly status: TurnStatus;
  readonly error: TurnError | null;
  /** Seconds since the epoch, as on the wire. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly durationMs: number | null;
  /** In the order in which they started. */
  readonly items: readonly ItemView[];
  /** Of the turn itself; its items have their own. */
  readonly asOf: number;
}

/** An approval that waits for an answer. `requestId` is the JSON-RPC id under which the server asks. */
export type PendingApproval = ApprovalRequested;

export interface TimelineWindow {
  /** Whether turns or items before the first loaded one exist. */
  readonly hasOlder: boolean;
  /** What to ask the next older page with; null when there is none, or when no page came yet. */
  readonly olderCursor: string | null;
  /** The seq at which this timeline was opened: what lies before came as state, what lies after as events. */
  readonly openedAt: number;
  /** Turn id → seq of the last event that touched a part of the turn which is not loaded. */
  readonly touchedUnloaded: ReadonlyMap<string, number>;
}

export interface Timeline {
  readonly turns: readonly TurnView[];
  /** Every event up to this one has been taken into account. */
  readonly seq: number;
  readonly pendingApprovals: readonly PendingApproval[];
  readonly tokenUsage: ThreadTokenUsage | null;
  readonly name: string | null;
  readonly archived: boolean;
  /** null as long as no event changed them since the timeline was opened. */
  readonly settings: ThreadSettings | null;
  /** What was said since the last turn, each text once; the next turn's start makes it void. */
  readonly warnings: readonly ReportedWarning[];
  /** To whom the thread was handed over so far, in that order. */
  readonly handOvers: readonly HandOver[];
  readonly activeTurnId: string | null;
  /** Of the last change of the messages that wait; 0 as long as none came since the timeline was opened. */
  readonly queueChangedAt: number;
  readonly window: TimelineWindow;
}

/** The timeline before the first event of a log. */
export const emptyTimeline: Timeline = {
  turns: [],
  seq: 0,
  pendingApprovals: [],
  tokenUsage: null,
  name: null,
  archived: false,
  settings: null,
  warnings: [],
  handOvers: [],
  activeTurnId: null,
  queueChangedAt: 0,
  window: { hasOlder: false, olderCursor: null, openedAt: 0, touchedUnloaded: new Map() },
};
