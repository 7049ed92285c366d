/** A running server of the protocol, whichever it is. */
import { usageOf, usageOfDescendants } from "./process-usage.ts";
import type { Program } from "./program.ts";

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ServerCost {
  /** Of the server process itself. */
  readonly serverCpuSeconds: number;
  /** Of its database; 0 for a server that has none. */
  readonly databaseCpuSeconds: number;
  readonly serverKiB: number;
  readonly databaseKiB: number;
}

export interface Repeat {
  /** A thread of three turns that have ended. */
  readonly threadId: string;
  /** How often the second is repeated. */
  readonly times: number;
}

/**
 * A thread of many turns, made in seconds: three short turns are played for real, and what the server stored of the
 * second is repeated in its store under new ids. The first is another, as it tells the model of the world, and the third
 * shows where the second ends. Turn after turn would take minutes, and the model would be sent the history every time.
 * Gives the id of the new thread: the first turn, and the second so many times.
 */
export type RepeatTurns = (server: RunningServer, repeat: Repeat) => Promise<string>;

export interface RunningServer extends Endpoint {
  readonly dataDirectory: string;
  readonly repeatTurns: RepeatTurns;
  /** Totals since its start. */
  cost(): Promise<ServerCost>;
  /** Resolves when it has given back the memory that it no longer needs, as far as it can be asked to. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerPlace {
  /** The scripted model's, with its path. */
  readonly modelUrl: string;
  /** Empty, and the server's own. */
  readonly directory: string;
}

/** How to start one. Every start is a fresh server with an empty home. */
export type StartServer = (place: ServerPlace) => Promise<RunningServer>;

export async function costOf({ pid }: Pick<Program, "pid">): Promise<ServerCost> {
  const [server, database] = await Promise.all([usageOf(pid), usageOfDescendants(pid)]);
  return {
    serverCpuSeconds: server.cpuSeconds,
    databaseCpuSeconds: database.cpuSeconds,
    serverKiB: server.residentKiB,
    databaseKiB: database.residentKiB,
  };
}
