/** A running server of the protocol, whichever it is. */
import type { RepeatTurns } from "./long-thread.ts";
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
