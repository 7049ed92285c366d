/**
 * The events of a thread's log. They are Skein's own, typed and versioned, and never wire frames:
 * `present/` turns one event into the notifications of the negotiated protocol, `packages/core` folds the same
 * events into what the agent knows. Payloads name no thread and no tenant, so that a log can be copied (fork, import).
 *
 * Adding a field that old events lack, or changing a meaning, raises the version of that type in `upcast.ts`,
 * which lifts stored events to the current shape on read.
 */
import type { AgentMessageItem, CommandAction, FileChange, Item, UserInput } from "./item.ts";

export type SandboxPolicy =
  | { readonly type: "readOnly"; readonly networkAccess: boolean }
  | {
      readonly type: "workspaceWrite";
      readonly writableRoots: readonly string[];
      readonly networkAccess: boolean;
      readonly excludeTmpdirEnvVar: boolean;
      readonly excludeSlashTmp: boolean;
    }
  | { readonly type: "dangerFullAccess" };

export type ApprovalPolicy = "untrusted" | "on-request" | "never";

export interface ThreadSettings {
  readonly model: string;
  readonly modelProvider: string;
  /** Reasoning effort; null is the model's own default. */
  readonly effort: string | null;
  /** Reasoning summary: "auto", "concise", "detailed", "none"; null is the model's own default. */
  readonly summary: string | null;
  /** Absolute path inside the workspace in which commands start. */
  readonly cwd: string;
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandbox: SandboxPolicy;
  /** False: the thread has no tools and no sandbox (`environments: []`). */
  readonly tools: boolean;
  readonly baseInstructions: string | null;
  readonly developerInstructions: string | null;
}

/** Why a turn ended badly. `kind` uses the protocol's names, e.g. "contextWindowExceeded", "usageLimitExceeded". */
export interface TurnError {
  readonly message: string;
  readonly kind: string;
  /** Of the model's answer, where there was one. */
  readonly httpStatusCode: number | null;
  readonly details: string | null;
}

export interface TokenCounts {
  readonly totalTokens: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}

export interface PlanStep {
  readonly step: string;
  readonly status: "pending" | "inProgress" | "completed";
}

/** What the model wants to know of a person. */
export interface Question {
  /** Unique within the request; answers are given by it. */
  readonly id: string;
  /** A word or two. */
  readonly header: string;
  readonly question: string;
  /** null: the answer is free text. Beside options a free answer is always allowed. */
  readonly options: readonly { readonly label: string; readonly description: string }[] | null;
}

/** Exactly what is asked, so that an answer binds to it and to nothing else. */
export type ApprovalRequest =
  | {
      readonly type: "command";
      readonly argv: readonly string[];
      readonly command: string;
      readonly cwd: string;
      readonly actions: readonly CommandAction[];
      readonly reason: string | null;
      /** The policy under which the command will run when it is accepted. */
      readonly sandbox: SandboxPolicy;
    }
  | {
      readonly type: "patch";
      readonly changes: readonly FileChange[];
      readonly reason: string | null;
      readonly grantRoot: string | null;
    }
  /** A command that runs wants to connect to a host; the connection waits, and is made when it is allowed. */
  | {
      readonly type: "network";
      /** A name in lower case, or an address. */
      readonly host: string;
      readonly port: number;
      readonly protocol: "http" | "https";
      readonly command: string;
      readonly cwd: string;
    }
  /** Nothing waits to happen: the model asks. No item stands for it; its `itemId` is the call's id. */
  | { readonly type: "questions"; readonly questions: readonly Question[] };

export type ApprovalDecision = "accept" | "acceptForSession" | "decline" | "cancel";

/** What became of an approval. `withdrawn`: the turn ended before anyone answered. `failed`: the client answered with an error. */
export type ApprovalOutcome =
  | { readonly type: "decided"; readonly decision: ApprovalDecision }
  /** A connection was allowed or refused, and so is every further one of the thread to this host. */
  | { readonly type: "networkRule"; readonly host: string; readonly action: "allow" | "deny" }
  /** By question id. A question without an entry was left open. */
  | { readonly type: "answered"; readonly answers: Readonly<Record<string, readonly string[]>> }
  | { readonly type: "withdrawn" }
  | { readonly type: "failed"; readonly message: string };

/** Who did something, for the record: a member of the tenant, by the client they used. */
export interface Actor {
  readonly memberId: string;
  readonly clientName: string;
  /** The member's name at the time; absent in what was written before names were. */
  readonly name?: string;
}

/** A member of the tenant, by the name at the time. */
export interface NamedMember {
  readonly memberId: string;
  readonly name: string;
}

/** Whether the workspace's runner can be reached; a turn waits for it while it is away. */
export interface RunnerWord {
  readonly name: string;
  readonly state: "away" | "back";
}

/** What a person has said for a turn that is to come. */
export interface QueuedMessage {
  /** The server's. */
  readonly id: string;
  /** The client's own (`clientUserMessageId`); the item that it becomes has it too. */
  readonly clientId: string;
  readonly content: readonly UserInput[];
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly actor: Actor | null;
}

export type ThreadEventBody =
  | {
      readonly type: "thread.created";
      readonly settings: ThreadSettings;
      readonly source: string;
      readonly threadSource: string | null;
      readonly ephemeral: boolean;
      readonly originator: string;
      readonly forkedFromId: string | null;
    }
  /** `actor`, here and below: who did it; absent where no person did, and in events of earlier builds. */
  | { readonly type: "thread.named"; readonly name: string | null; readonly actor?: Actor }
  | { readonly type: "thread.archived"; readonly actor?: Actor }
  | { readonly type: "thread.unarchived"; readonly actor?: Actor }
  | { readonly type: "settings.changed"; readonly settings: ThreadSettings; readonly actor?: Actor }
  /** The thread is another member's now; `from`: null, it was nobody's. `keep`: what `from` may do with it from then on; null: nothing. */
  | {
      readonly type: "thread.handedOver";
      readonly from: NamedMember | null;
      readonly to: NamedMember;
      readonly keep: "read" | "prompt" | "approve" | "manage" | null;
      readonly actor: Actor;
    }
  /** Holds whatever another node needs to continue the turn and cannot read from later events. */
  | {
      readonly type: "turn.started";
      readonly turnId: string;
      readonly actor: Actor | null;
      /** JSON Schema that the turn's answers must have. */
      readonly outputSchema?: Readonly<Record<string, unknown>>;
      /** Absent: the model's. A person's own command asks no model. */
      readonly work?: "userCommand";
    }
  /** The node that ran the turn died; its next owner goes on. `attempt` counts from 1, anew after each call that was carried out. */
  | { readonly type: "turn.continued"; readonly turnId: string; readonly attempt: number }
  /** The node that runs the turn is about to stop; its next owner goes on. */
  | { readonly type: "turn.handedOver"; readonly turnId: string }
  /** A response of the model came to its end. False: the model wants to go on although it called no tool. */
  | { readonly type: "response.completed"; readonly turnId: string; readonly endsTurn: boolean }
  | {
      readonly type: "turn.completed";
      readonly turnId: string;
      readonly status: "completed" | "interrupted" | "failed";
      readonly error: TurnError | null;
      /** Milliseconds, by the clock of the node that ended the turn. */
      readonly startedAt: number;
      readonly durationMs: number;
      /** The last finished message, so that presenting this event needs no other. */
      readonly finalMessage: AgentMessageItem | null;
      /** Who interrupted it; absent where nobody did by asking for just that, and in events of earlier builds. */
      readonly interruptedBy?: Actor;
    }
  | { readonly type: "item.started"; readonly turnId: string; readonly item: Item }
  /** The item as it ended; it replaces whatever chunks gave. `startedAt` in ms. */
  | { readonly type: "item.completed"; readonly turnId: string; readonly item: Item; readonly startedAt: number }
  /**
   * A chunk: streamed text of an item still open. Never ends inside a surrogate pair.
   * `index` is the summary or content part of a reasoning item, else 0.
   */
  | {
      readonly type: "item.chunk";
      readonly turnId: string;
      readonly itemId: string;
      readonly channel: "text" | "summary" | "reasoning" | "output";
      readonly index: number;
      readonly text: string;
    }
  /** A further summary part of a reasoning item begins. */
  | { readonly type: "item.summaryPart"; readonly turnId: string; readonly itemId: string; readonly index: number }
  /** The model typed into a running command. */
  | {
      readonly type: "command.input";
      readonly turnId: string;
      readonly itemId: string;
      readonly processId: string;
      readonly stdin: string;
    }
  | {
      readonly type: "plan.updated";
      readonly turnId: string;
      readonly explanation: string | null;
      readonly plan: readonly PlanStep[];
    }
  /** The net change of the turn's patches as a git-style unified diff; empty when it vanished. */
  | { readonly type: "diff.updated"; readonly turnId: string; readonly diff: string }
  | {
      readonly type: "usage.updated";
      readonly turnId: string;
      readonly total: TokenCounts;
      readonly last: TokenCounts;
      readonly modelContextWindow: number | null;
    }
  /** At the end of those that wait. */
  | { readonly type: "queue.added"; readonly message: QueuedMessage }
  | {
      readonly type: "queue.updated";
      readonly messageId: string;
      readonly content: QueuedMessage["content"];
      readonly metadata: QueuedMessage["metadata"];
      /** Whose words they are from now on. */
      readonly actor?: Actor;
    }
  | { readonly type: "queue.removed"; readonly messageId: string; readonly actor?: Actor }
  /** All that wait, in their new order. */
  | { readonly type: "queue.reordered"; readonly messageIds: readonly string[]; readonly actor?: Actor }
  /** It waits no longer: the same append holds the item that it became. `actor`: who did not let it wait; absent: its turn had come. */
  | { readonly type: "queue.taken"; readonly messageId: string; readonly turnId: string; readonly actor?: Actor }
  /** Trouble during a turn. `willRetry: false` precedes a failed `turn.completed`. */
  | { readonly type: "error.reported"; readonly turnId: string; readonly error: TurnError; readonly willRetry: boolean }
  | {
      readonly type: "warning.reported";
      /** null: it came between turns. */
      readonly turnId: string | null;
      readonly message: string;
      /** null: it is about something else. */
      readonly runner: RunnerWord | null;
    }
  /** Words of people to each other; the model is told nothing of them. `turnId`: under which turn they stand. */
  | {
      readonly type: "comment.added";
      readonly commentId: string;
      readonly turnId: string;
      readonly text: string;
      /** Of the author, at the time. */
      readonly name: string;
      /** The author came by a link, and may be in no tenant of this one's. */
      readonly isViewer: boolean;
      /** null where the reader is not to know. */
      readonly actor: Actor | null;
    }
  | {
      readonly type: "comment.deleted";
      readonly commentId: string;
      readonly turnId: string;
      readonly actor: Actor | null;
    }
  /** In a copy of a log: an event of comments stood here, and is not copied. */
  | { readonly type: "comment.left" }
  | {
      readonly type: "approval.requested";
      readonly approvalId: string;
      readonly turnId: string;
      readonly itemId: string;
      readonly request: ApprovalRequest;
    }
  | {
      readonly type: "approval.resolved";
      readonly approvalId: string;
      readonly turnId: string;
      readonly itemId: string;
      readonly outcome: ApprovalOutcome;
      readonly actor: Actor | null;
    }
  /**
   * Raw Responses API items in the order in which the next request must send them, byte for byte: the initial context,
   * user input, the model's output items, tool outputs. Shown to nobody. `context` is the state of the world that the
   * model has been told so far; only differences from it are told later. `tells`: ids of the user messages among the
   * items; "all" in events of an earlier build, which did not say: those that had been said by then.
   */
  | {
      readonly type: "model.items";
      readonly turnId: string;
      readonly items: readonly unknown[];
      readonly context: Readonly<Record<string, string>> | null;
      readonly tells?: readonly string[] | "all";
    };

export type ThreadEventType = ThreadEventBody["type"];

/** An event before the log has given it a place. `at`: ms since the epoch. */
export type NewThreadEvent = ThreadEventBody & { readonly at: number };

/** An event in its place. `seq` is gapless from 1 within its thread. */
export type ThreadEvent = NewThreadEvent & { readonly seq: number };
