import { statSync } from "node:fs";
import { constants } from "node:os";
import { Command, type CommandListener } from "../process/command.ts";
import { findExecutable } from "../process/find-executable.ts";
import { asFirstVictim } from "../process/first-victim.ts";
import { commandMarker } from "../process/kill-tree.ts";
import { OutputPipes } from "../process/output-pipe.ts";
import { startPipeProgram } from "../process/pipe-program.ts";
import type { Program, ProgramListener, ProgramSpec } from "../process/program.ts";
import { type OpenTerminal, startTerminalProgram } from "../process/terminal-program.ts";
import { type OutputStream, type RunnerLimits, type RunnerParams, RunnerRefusal } from "../rpc/methods.ts";
import { runnerMarker } from "./background.ts";

export interface CommandReports {
  output(processId: string, seq: number, chunk: Uint8Array, stream: OutputStream): void;
  exited(processId: string, seq: number, exitCode: number | null, signal: string | null): void;
}

/** The commands of one runner by their ids. */
export class Commands {
  readonly #limits: RunnerLimits;
  readonly #pipes: OutputPipes;
  readonly #loadTerminals: () => OpenTerminal | null;
  #openTerminal: OpenTerminal | null | undefined;
  readonly #reports: CommandReports;
  readonly #markers: Readonly<Record<string, string>>;
  readonly #running = new Map<string, Command>();

  constructor(options: {
    readonly limits: RunnerLimits;
    readonly runtimeDirectory: string;
    readonly loadTerminals: () => OpenTerminal | null;
    readonly ownMarker: string | null;
    readonly reports: CommandReports;
  }) {
    this.#limits = options.limits;
    this.#pipes = new OutputPipes(options.runtimeDirectory);
    this.#loadTerminals = options.loadTerminals;
    this.#reports = options.reports;
    this.#markers = options.ownMarker === null ? {} : { [runnerMarker]: options.ownMarker };
  }

  start(params: RunnerParams<"process/start">): void {
    const { processId, argv, cwd, tty, streams } = params;
    const [name] = argv;
    if (name === undefined) throw new RunnerRefusal("EINVAL", "there is no command to run");
    if (this.#running.has(processId)) throw new RunnerRefusal("EEXIST", `there is a process ${processId} already`);
    if (this.#running.size >= this.#limits.maxCommands) {
      throw new RunnerRefusal("BUSY", `${this.#limits.maxCommands} commands are running already`);
    }
    checkDirectory(cwd);
    const env = { ...params.env, ...this.#markers, [commandMarker]: processId };
    const executable = findExecutable(name, cwd, params.env.PATH);
    if (!executable.found && streams !== null) throw new RunnerRefusal("ENOENT", executable.message);
    // Nothing holds a terminal back, so that its output is not kept whole.
    const apart = streams !== null && tty === null;
    const command = new Command(processId, this.#limits, apart, this.#listen(processId));
    this.#running.set(processId, command);
    if (!executable.found) {
      command.fail(executable.exitCode, executable.message);
      return;
    }
    const spec = { file: executable.path, argv, cwd, env };
    try {
      command.run((listener) => asFirstVictim(() => this.#startProgram(spec, { tty, streams }, listener)));
    } catch (error) {
      this.#running.delete(processId);
      throw error;
    }
  }

  get(processId: string): Command {
    const command = this.#running.get(processId);
    if (command === undefined) throw new RunnerRefusal("UNKNOWN_PROCESS", `there is no running process ${processId}`);
    return command;
  }

  find(processId: string): Command | undefined {
    return this.#running.get(processId);
  }

  #startProgram(
    spec: ProgramSpec,
    { tty, streams }: Pick<RunnerParams<"process/start">, "tty" | "streams">,
    listener: ProgramListener,
  ): Program {
    if (tty !== null) {
      if (this.#openTerminal === undefined) this.#openTerminal = this.#loadTerminals();
      const open = this.#openTerminal;
      if (open !== null) return startTerminalProgram(spec, tty, open, signalName, listener);
    }
    return startPipeProgram(spec, this.#pipes, streams, listener);
  }

  #listen(processId: string): CommandListener {
    return {
      output: (seq, chunk, stream) => this.#reports.output(processId, seq, chunk, stream),
      exited: (seq, exitCode, signal) => {
        this.#running.delete(processId);
        this.#reports.exited(processId, seq, exitCode, signal);
      },
    };
  }
}

function checkDirectory(cwd: string): void {
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (stat === undefined) throw new RunnerRefusal("ENOENT", `the directory ${cwd} does not exist`);
  if (!stat.isDirectory()) throw new RunnerRefusal("ENOTDIR", `${cwd} is no directory`);
}

function signalName(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name;
  return `SIG${number}`;
}
