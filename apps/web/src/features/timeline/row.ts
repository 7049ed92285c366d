import type { Comment } from "@skein/protocol/comment";
import type { CommandExecutionItem, FileChangeItem } from "@skein/protocol/item/command";
import type { AgentMessageItem, ReasoningItem, UserMessageItem } from "@skein/protocol/item/message";
import type { TurnError } from "@skein/protocol/turn-error";
import type { SettledDecision, SettledQuestions } from "@skein/protocol/user-question";
import type { ReportedWarning } from "@skein/protocol/warning";
import type { ItemView, TurnPlan } from "@skein/timeline/reduce/timeline";
import type { UnsentState } from "../unsent/unsent-state.ts";

/** An item view whose item is of one kind. */
export type ViewOf<T> = Omit<ItemView, "item"> & { readonly item: T };

/** What only a person can say. */
export type PersonsWord = "approval" | "answer";

/** What a work fold stands for, in numbers. */
export interface WorkSummary {
  readonly durationMs: number | null;
  readonly reads: number;
  readonly commands: number;
  readonly files: number;
}

/** One line of the timeline. `key` is stable for as long as the row stands for the same thing. */
export type Row =
  | { readonly kind: "day"; readonly key: string; readonly atMs: number }
  | { readonly kind: "user"; readonly key: string; readonly view: ViewOf<UserMessageItem> }
  | {
      readonly kind: "agent";
      readonly key: string;
      readonly view: ViewOf<AgentMessageItem>;
      readonly streaming: boolean;
    }
  | {
      readonly kind: "reasoning";
      readonly key: string;
      readonly view: ViewOf<ReasoningItem>;
      readonly streaming: boolean;
    }
  | {
      readonly kind: "command";
      readonly key: string;
      readonly view: ViewOf<CommandExecutionItem>;
      readonly asking: boolean;
      readonly decisions: readonly SettledDecision[];
    }
  | {
      readonly kind: "files";
      readonly key: string;
      readonly view: ViewOf<FileChangeItem>;
      readonly turnId: string;
      readonly decisions: readonly SettledDecision[];
    }
  | { readonly kind: "questions"; readonly key: string; readonly settled: SettledQuestions }
  | { readonly kind: "comment"; readonly key: string; readonly comment: Comment }
  | { readonly kind: "warning"; readonly key: string; readonly warning: ReportedWarning }
  | { readonly kind: "other"; readonly key: string; readonly label: string }
  | { readonly kind: "fold"; readonly key: string; readonly open: boolean; readonly summary: WorkSummary }
  | { readonly kind: "plan"; readonly key: string; readonly plan: TurnPlan }
  | { readonly kind: "error"; readonly key: string; readonly turnId: string; readonly error: TurnError }
  | { readonly kind: "divider"; readonly key: string; readonly label: string }
  | { readonly kind: "footer"; readonly key: string; readonly turnId: string; readonly footer: TurnFooter }
  | {
      readonly kind: "working";
      readonly key: string;
      readonly turnId: string;
      readonly startedAtMs: number | null;
      /** Trouble that is being retried; null when there is none. */
      readonly notice: string | null;
      /** What of a person the turn waits for; null: for the model, or for what runs. */
      readonly waitsFor: PersonsWord | null;
      /** The runner that has to come back first; null: none. */
      readonly awayRunner: string | null;
    }
  | { readonly kind: "unsent"; readonly key: string; readonly message: UnsentMessage };

export interface TurnFooter {
  readonly durationMs: number | null;
  readonly completedAtMs: number | null;
  /** The turn's last message, for Copy; null when it ended without one. */
  readonly answer: string | null;
  readonly diff: string | null;
}

/** A message that the thread's log does not show yet. */
export interface UnsentMessage {
  readonly clientId: string;
  readonly text: string;
  readonly state: UnsentState;
}

export type RowKind = Row["kind"];

export interface RowProps<K extends RowKind> {
  readonly row: Extract<Row, { kind: K }>;
}
