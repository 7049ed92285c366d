/**
 * Makes a Node process give back what it no longer needs, by its debugger. V8 does so by itself after some seconds of
 * rest, but not at a time that one could wait for.
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import WebSocket from "ws";
import type { Program } from "./program.ts";

const returnedToSystemMs = 2_000;

/** The program must run with `--inspect-port=0`; its debugger opens at the first call. */
export async function collectGarbage(program: Program): Promise<void> {
  program.signal("SIGUSR1");
  await program.ready(async () => debuggerOf(program) !== undefined);
  const socket = new WebSocket(debuggerOf(program) ?? "");
  await once(socket, "open");
  socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  await once(socket, "message");
  socket.terminate();
  await delay(returnedToSystemMs);
}

function debuggerOf({ output }: Program): string | undefined {
  return /Debugger listening on (ws:\S+)/.exec(output)?.[1];
}
