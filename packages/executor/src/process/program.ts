import type { OutputStream, TerminalSize } from "../rpc/methods.ts";

/** What a started program tells the command it runs for. */
export interface ProgramListener {
  output(chunk: Uint8Array, stream: OutputStream): void;
  /** Once, after the last `output`. Exactly one of the two is set. */
  ended(exit: { readonly exitCode: number | null; readonly signal: string | null }): void;
}

export interface ProgramSpec {
  /** Absolute. */
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A running program, behind pipes or in a terminal. Its pid is its session's and its group's id too. */
export interface Program {
  readonly pid: number;
  /** Stops and starts reading; a program that writes meanwhile waits. Nothing in a terminal, whose master must be read. */
  pause(): void;
  resume(): void;
  /** Resolves when the program's stdin has taken it. Throws `RunnerRefusal` where there is none, or rejects with it. */
  write(bytes: Uint8Array): void | Promise<void>;
  closeStdin(): void;
  resize(size: TerminalSize): void;
}
