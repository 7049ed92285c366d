import type { SandboxPolicy } from "@skein/timeline/event";

/** What a client wants run. */
export interface ErrandCommand {
  readonly argv: readonly string[];
  /** null: the variable is taken out. */
  readonly env: Readonly<Record<string, string | null>>;
  /** null: no terminal. */
  readonly tty: { readonly columns: number; readonly rows: number } | null;
  readonly stdin: boolean;
  /** Output is told as it comes. */
  readonly isStreamed: boolean;
  /** Of each stream; null: none. */
  readonly capBytes: number | null;
  /** null: as long as the runner lets it. */
  readonly timeoutMs: number | null;
  readonly policy: SandboxPolicy;
}

export interface ErrandEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stdoutCapReached: boolean;
  readonly stderr: string;
  readonly stderrCapReached: boolean;
}
