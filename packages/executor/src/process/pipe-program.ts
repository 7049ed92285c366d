/**
 * A program behind one output pipe and an empty stdin.
 *
 * It has ended when its first process has, not when the pipe closes: a server left in the background holds the pipe as
 * long as it lives. All that the ended process wrote is in the pipe by then, so that reading until the pipe is empty
 * misses nothing; what its survivors write later is read and dropped, as closing the pipe would kill them at their next line.
 */
import { spawn } from "node:child_process";
import { closeSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { RunnerRefusal } from "../rpc/methods.ts";
import type { OutputPipes } from "./output-pipe.ts";
import type { Program, ProgramListener, ProgramSpec } from "./program.ts";

/** Above the largest pipe an unprivileged process can make (1 MiB), so that a survivor cannot prolong the last read. */
const maxLastReadBytes = 1024 * 1024;

export function startPipeProgram(spec: ProgramSpec, pipes: OutputPipes, listener: ProgramListener): Program {
  const pipe = pipes.open();
  const socket = new Socket({ fd: pipe.readDescriptor, readable: true, writable: false });
  let ended = false;
  socket.on("error", () => {});
  socket.on("close", (hadError) => void (hadError || pipes.release(pipe)));
  socket.on("data", (chunk: Uint8Array) => void (ended || listener.output(chunk)));
  const end = (exitCode: number | null, signal: string | null) => {
    if (!socket.destroyed) readRest(socket, pipe.readDescriptor, listener);
    ended = true;
    socket.resume();
    listener.ended({ exitCode, signal });
  };
  let pid: number;
  try {
    pid = spawnInto(spec, pipe.writeDescriptor, end);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    pid,
    pause: () => void (ended || socket.pause()),
    resume: () => void socket.resume(),
    write() {
      throw new RunnerRefusal("NO_STDIN", "this command has no stdin; start it with a terminal to type into it");
    },
    resize() {},
  };
}

function spawnInto(
  spec: ProgramSpec,
  writeDescriptor: number,
  exited: (exitCode: number | null, signal: string | null) => void,
): number {
  try {
    const child = spawn(spec.file, spec.argv.slice(1), {
      argv0: spec.argv[0],
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ["ignore", writeDescriptor, writeDescriptor],
    });
    child.on("error", () => {});
    child.on("exit", exited);
    // Node says why only later, in an event.
    if (child.pid === undefined) throw new Error("the sandbox may be at its limit of processes");
    return child.pid;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RunnerRefusal(code ?? "INTERNAL", `the command could not be started: ${message}`);
  } finally {
    closeSync(writeDescriptor);
  }
}

/** First what Node has read already, which `read` hands to the `data` listener, then what is still in the pipe. */
function readRest(socket: Socket, descriptor: number, listener: ProgramListener): void {
  while (socket.read() !== null);
  for (let total = 0; total < maxLastReadBytes; ) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    let count: number;
    try {
      count = readSync(descriptor, chunk);
    } catch {
      return;
    }
    if (count === 0) return;
    total += count;
    listener.output(chunk.subarray(0, count));
  }
}
