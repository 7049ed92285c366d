/**
 * Items as the log stores them: what a turn is made of. They are Skein's own shapes, leaner than the wire's;
 * `present/` adds what the negotiated protocol wants around them.
 */

/** One part of what a person sent. Paths of local images are inside the thread's workspace. */
export type UserInput =
  | { readonly type: "text"; readonly text: string; readonly textElements: readonly unknown[] }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: "localImage"; readonly path: string }
  | { readonly type: "skill"; readonly name: string; readonly path: string }
  | { readonly type: "mention"; readonly name: string; readonly path: string };

export interface UserMessageItem {
  readonly type: "userMessage";
  readonly id: string;
  /** The client's own id of this message (`clientUserMessageId`), echoed so that it can recognise its bubble. */
  readonly clientId: string | null;
  readonly content: readonly UserInput[];
  /** Who said it; absent in what was written before authors were, and where nobody did. */
  readonly author?: { readonly memberId: string; readonly clientName: string; readonly name?: string };
}

export interface AgentMessageItem {
  readonly type: "agentMessage";
  readonly id: string;
  readonly text: string;
  readonly phase: "commentary" | "final_answer" | null;
}

export interface ReasoningItem {
  readonly type: "reasoning";
  readonly id: string;
  /** One entry per summary part. */
  readonly summary: readonly string[];
  /** One entry per part of raw reasoning, where the model shows it. */
  readonly content: readonly string[];
}

/** What a command does, as far as its words tell; for display only, never for a decision about safety. */
export type CommandAction =
  | { readonly type: "read"; readonly command: string; readonly name: string; readonly path: string }
  | { readonly type: "listFiles"; readonly command: string; readonly path: string | null }
  | { readonly type: "search"; readonly command: string; readonly query: string | null; readonly path: string | null }
  | { readonly type: "unknown"; readonly command: string };

export interface CommandItem {
  readonly type: "command";
  readonly id: string;
  /** The whole command line, shell included, quoted so that it can be pasted into a shell. */
  readonly command: string;
  readonly cwd: string;
  readonly actions: readonly CommandAction[];
  readonly source: "agent" | "userShell" | "session";
  /** The id by which the model and `write_stdin` address the process; null before it has started. */
  readonly processId: string | null;
  readonly status: "inProgress" | "completed" | "failed" | "declined";
  /** stdout and stderr as they interleaved, capped; null while running and when there was none. */
  readonly output: string | null;
  readonly exitCode: number | null;
  readonly durationMs: number | null;
}

export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly kind:
    | { readonly type: "add" }
    | { readonly type: "delete" }
    | { readonly type: "update"; readonly movePath: string | null };
  /** For add and delete the file's text, for update the hunks without a file header. */
  readonly diff: string;
}

/** Git blob ids (sha1) of one file before and after a patch; null: there is no file. Tells after a crash what was done. */
export interface PatchedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface PatchItem {
  readonly type: "patch";
  readonly id: string;
  readonly changes: readonly FileChange[];
  /** Every file that the patch touches, once; absent on items that other sources made. */
  readonly files?: readonly PatchedFile[];
  readonly status: "inProgress" | "completed" | "failed" | "declined";
}

export type Item = UserMessageItem | AgentMessageItem | ReasoningItem | CommandItem | PatchItem;
