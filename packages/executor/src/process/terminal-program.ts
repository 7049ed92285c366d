/**
 * A program in a pseudo-terminal. The native module is given by the runner's entry point, since it is absent on some
 * platforms. Its master is never paused: the module gives up on output that is not read within 200 ms of the end.
 */
import { RunnerRefusal, type TerminalSize } from "../rpc/methods.ts";
import type { Program, ProgramListener, ProgramSpec } from "./program.ts";

/** The part of node-pty that is used here. */
export interface Terminal {
  readonly pid: number;
  onData(listener: (chunk: string) => void): unknown;
  onExit(listener: (exit: { exitCode: number; signal?: number }) => void): unknown;
  write(data: Buffer): void;
  resize(columns: number, rows: number): void;
}

/** Control-D. */
const endOfTransmission = 4;

export type OpenTerminal = (
  file: string,
  args: string[],
  options: { name: string; cols: number; rows: number; cwd: string; env: Record<string, string>; encoding: null },
) => Terminal;

export function startTerminalProgram(
  spec: ProgramSpec,
  size: TerminalSize,
  openTerminal: OpenTerminal,
  signalName: (number: number) => string,
  listener: ProgramListener,
): Program {
  const terminal = openTerminal(spec.file, spec.argv.slice(1), {
    name: spec.env.TERM ?? "dumb",
    cols: size.columns,
    rows: size.rows,
    cwd: spec.cwd,
    env: { ...spec.env },
    encoding: null,
  });
  let ended = false;
  // With `encoding: null` the module hands out buffers, whatever its types say.
  terminal.onData((chunk) => listener.output(chunk as unknown as Uint8Array, "stdout"));
  terminal.onExit(({ exitCode, signal }) => {
    ended = true;
    const killed = signal !== undefined && signal !== 0;
    listener.ended({ exitCode: killed ? null : exitCode, signal: killed ? signalName(signal) : null });
  });
  return {
    pid: terminal.pid,
    pause() {},
    resume() {},
    write(bytes) {
      if (ended) throw new RunnerRefusal("NO_STDIN", "the command has ended");
      terminal.write(Buffer.from(bytes));
    },
    // As somebody at a keyboard does; what runs may take it otherwise.
    closeStdin: () => void (ended || terminal.write(Buffer.from([endOfTransmission]))),
    resize: ({ columns, rows }) => void (ended || terminal.resize(columns, rows)),
  };
}
