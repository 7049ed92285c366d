import { type ConnectOptions, RpcSocket } from "../client/rpc-socket.ts";
import type { RunningServer } from "../server/server.ts";

export type Unit = "s" | "ms" | "µs" | "KiB" | "characters" | "events/s" | "sockets/s" | "%";

/** One measured number; `name` says of what, with its percentile. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
}

/** A fresh server, and how its clients speak to it. */
export interface Bench {
  readonly server: RunningServer;
  readonly connect: () => Promise<RpcSocket>;
}

export interface Scenario {
  readonly name: string;
  /** One line for the report: what is done. */
  readonly title: string;
  /** Servers without a log to look into are left out. */
  readonly onlySkein?: true;
  /** Only for clients that ask for range frames. */
  readonly onlyReplay?: true;
  measure(bench: Bench): Promise<readonly Figure[]>;
}

export function openBench(server: RunningServer, options: ConnectOptions): Bench {
  return { server, connect: () => RpcSocket.connect(server, options) };
}

/** What the server spent on `work`, and how long it took. */
export async function measureCost(
  { server }: Bench,
  work: () => Promise<unknown>,
): Promise<{ readonly serverCpu: number; readonly databaseCpu: number; readonly wall: number }> {
  const before = await server.cost();
  const startedAt = performance.now();
  await work();
  const wall = (performance.now() - startedAt) / 1000;
  const after = await server.cost();
  return {
    serverCpu: after.serverCpuSeconds - before.serverCpuSeconds,
    databaseCpu: after.databaseCpuSeconds - before.databaseCpuSeconds,
    wall,
  };
}

export function costFigures(cost: Awaited<ReturnType<typeof measureCost>>): readonly Figure[] {
  return [
    { name: "CPU, server", value: cost.serverCpu, unit: "s" },
    { name: "CPU, database", value: cost.databaseCpu, unit: "s" },
    { name: "CPU, sum", value: cost.serverCpu + cost.databaseCpu, unit: "s" },
    { name: "wall", value: cost.wall, unit: "s" },
  ];
}
