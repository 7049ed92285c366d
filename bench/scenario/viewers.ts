/** A thousand viewers of one thread that gives 25 events a second. */

import { setTimeout as delay } from "node:timers/promises";
import { rangeEnd } from "../client/range-place.ts";
import type { RpcSocket } from "../client/rpc-socket.ts";
import { hearTurn, runTurn, startThread, startTurn } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { range } from "./range.ts";
import { type Bench, type Figure, measureCost, type Scenario } from "./scenario.ts";

const count = 1_000;
/** What the model writes within 40 ms is one event. */
const deltas = 1_000;
const delayMs = 10;

export const viewers: Scenario = {
  name: "viewers-1000",
  title: `${count} viewers of one thread, about 25 events a second for ${(deltas * delayMs) / 1_000} s`,
  onlyReplay: true,
  measure,
};

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const driver = await bench.connect();
  const threadId = await startThread(driver);
  const turn = [{ type: "stamps", deltas, delayMs }] as const;
  await runTurn(driver, threadId, turn);
  // The turn has its price too, whoever watches.
  const alone = await measureCost(bench, () => runTurn(driver, threadId, turn));
  const watching: RpcSocket[] = [];
  for (const _ of range(count)) watching.push(await join(bench, threadId));
  await runTurn(driver, threadId, [{ type: "text", deltas: 100, size: 20, delayMs: 10 }]);
  const firstAt = new Map<number, number>();
  const spreadMs: number[] = [];
  const places = new Map<RpcSocket, number>();
  let delivered = 0;
  for (const viewer of watching) {
    viewer.watch((message) => {
      const to = rangeEnd(message);
      if (to === null) return;
      const now = performance.now();
      const first = firstAt.get(to);
      if (first === undefined) firstAt.set(to, now);
      spreadMs.push(now - (first ?? now));
      delivered += to - (places.get(viewer) ?? to - 1);
      places.set(viewer, to);
    });
  }
  const cost = await measureCost(bench, async () => {
    const ended = hearTurn(driver, threadId);
    await startTurn(driver, threadId, turn);
    await ended;
    // The others are sent the end within the same moment; a second more costs an idle server nothing.
    await delay(1_000);
  });
  for (const client of [driver, ...watching]) client.close();
  const ends = new Set(places.values());
  if (ends.size !== 1 || places.size !== count) throw new Error(`the viewers ended at ${[...ends].join(", ")}`);
  return [
    { name: "events per second", value: delivered / count / cost.wall, unit: "events/s" },
    { name: "CPU per delivered event", value: ((cost.serverCpu - alone.serverCpu) * 1e6) / delivered, unit: "µs" },
    { name: "CPU of the turn alone", value: alone.serverCpu, unit: "s" },
    { name: "CPU in all", value: cost.serverCpu, unit: "s" },
    { name: "after the first viewer, p50", value: percentile(spreadMs, 0.5), unit: "ms" },
    { name: "after the first viewer, p99", value: percentile(spreadMs, 0.99), unit: "ms" },
  ];
}

async function join(bench: Bench, threadId: string): Promise<RpcSocket> {
  const client = await bench.connect();
  await client.request("thread/resume", { threadId, excludeTurns: true });
  return client;
}
