/** Fifty turns at once, each of a hundred deltas twenty milliseconds apart: ideally they all take two seconds. */
import { preciseNow, readStamps } from "../../e2e/scripted-model/stamp.ts";
import type { RpcSocket } from "../client/rpc-socket.ts";
import { hearTurn, runTurn, startThread, startTurn } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { type Bench, costFigures, type Figure, measureCost, type Scenario } from "./scenario.ts";

const turns = 50;
const deltas = 100;
const steps = [{ type: "stamps", deltas, delayMs: 20 }] as const;

export const concurrentTurns: Scenario = {
  name: "concurrent",
  title: `${turns} turns at once, ${deltas} deltas each, 20 ms apart`,
  measure,
};

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const client = await bench.connect();
  const threadIds: string[] = [];
  while (threadIds.length < turns) threadIds.push(await startThread(client));
  await Promise.all(threadIds.map((threadId) => runTurn(client, threadId, [{ type: "text", deltas: 100, size: 4 }])));
  const lagMs: number[] = [];
  const turnSeconds: number[] = [];
  const cost = await measureCost(bench, () =>
    Promise.all(threadIds.map(async (threadId) => turnSeconds.push(await timeTurn(client, threadId, lagMs)))),
  );
  client.close();
  if (lagMs.length !== turns * deltas) throw new Error(`${lagMs.length} deltas of ${turns * deltas} arrived`);
  return [
    { name: "turn, p50", value: percentile(turnSeconds, 0.5), unit: "s" },
    { name: "delta lag, p50", value: percentile(lagMs, 0.5), unit: "ms" },
    { name: "delta lag, p95", value: percentile(lagMs, 0.95), unit: "ms" },
    ...costFigures(cost).filter(({ name }) => name !== "wall"),
  ];
}

/** Puts the age of each delta at its arrival into `lagMs`; gives the turn's seconds. */
async function timeTurn(client: RpcSocket, threadId: string, lagMs: number[]): Promise<number> {
  let unread = "";
  const startedAt = performance.now();
  const ended = hearTurn(client, threadId, (delta) => {
    const { writtenAt, rest } = readStamps(unread + delta);
    unread = rest;
    const now = preciseNow();
    for (const at of writtenAt) lagMs.push(now - at);
  });
  await startTurn(client, threadId, steps);
  await ended;
  return (performance.now() - startedAt) / 1000;
}
