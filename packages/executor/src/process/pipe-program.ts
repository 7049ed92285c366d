/**
 * A program behind pipes: one for all of its output and an empty stdin, or one for each of its streams.
 *
 * It has ended when its first process has, not when a pipe closes: a server left in the background holds the pipe as
 * long as it lives. All that the ended process wrote is in the pipe by then, so that reading until the pipe is empty
 * misses nothing; what its survivors write later is read and dropped, as closing the pipe would kill them at their next line.
 */
import { type StdioOptions, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { RunnerRefusal } from "../rpc/methods.ts";
import type { OutputPipes } from "./output-pipe.ts";
import type { Program, ProgramListener, ProgramSpec } from "./program.ts";
import { PipeReader } from "./read-pipe.ts";
import { StdinPipe } from "./stdin-pipe.ts";

export function startPipeProgram(
  spec: ProgramSpec,
  pipes: OutputPipes,
  streams: { readonly stdin: boolean } | null,
  listener: ProgramListener,
): Program {
  const out = new PipeReader(pipes, (chunk) => listener.output(chunk, "stdout"));
  const err = streams === null ? null : new PipeReader(pipes, (chunk) => listener.output(chunk, "stderr"));
  const stdin = streams?.stdin === true ? new StdinPipe(pipes) : null;
  const readers = err === null ? [out] : [out, err];
  const end = (exitCode: number | null, signal: string | null) => {
    for (const reader of readers) reader.end();
    stdin?.abandon();
    listener.ended({ exitCode, signal });
  };
  let pid: number;
  try {
    const stdio = [stdin?.readDescriptor ?? "ignore", out.writeDescriptor, (err ?? out).writeDescriptor] as const;
    pid = spawnWith(spec, [...stdio], end);
  } catch (error) {
    for (const reader of readers) reader.abandon();
    stdin?.abandon();
    throw error;
  } finally {
    for (const reader of readers) reader.closeWriteEnd();
    if (stdin !== null) closeSync(stdin.readDescriptor);
  }
  return {
    pid,
    pause: () => {
      for (const reader of readers) reader.pause();
    },
    resume: () => {
      for (const reader of readers) reader.resume();
    },
    write(bytes) {
      if (stdin !== null) return stdin.write(bytes);
      throw new RunnerRefusal("NO_STDIN", "this command has no stdin; start it with a terminal to type into it");
    },
    closeStdin: () => stdin?.close(),
    resize() {},
  };
}

function spawnWith(
  spec: ProgramSpec,
  stdio: StdioOptions,
  exited: (exitCode: number | null, signal: string | null) => void,
): number {
  try {
    const child = spawn(spec.file, spec.argv.slice(1), {
      argv0: spec.argv[0],
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio,
    });
    child.on("error", () => {});
    child.on("exit", exited);
    // Node says why only later, in an event.
    if (child.pid === undefined) throw new Error("the sandbox may be at its limit of processes");
    return child.pid;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RunnerRefusal(code ?? "INTERNAL", `the command could not be started: ${message}`);
  }
}
