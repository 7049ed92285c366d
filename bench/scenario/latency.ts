/** One client, one request after the other; the model answers at once. */
import type { RpcSocket } from "../client/rpc-socket.ts";
import { hearTurn, runTurn, startThread, startTurn } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { type Bench, type Figure, measureCost, type Scenario } from "./scenario.ts";

const steps = [{ type: "say", deltas: ["All ", "is ", "well."] }] as const;
const warmUps = 20;
const repetitions = 100;

export const latency: Scenario = {
  name: "latency",
  title: "thread/start, and turn/start until the first text, one after the other",
  measure,
};

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const client = await bench.connect();
  for (let index = 0; index < warmUps; index++) await runTurn(client, await startThread(client), steps);
  const threadIds: string[] = [];
  const startMs: number[] = [];
  while (threadIds.length < repetitions) {
    const startedAt = performance.now();
    threadIds.push(await startThread(client));
    startMs.push(performance.now() - startedAt);
  }
  const firstTextMs: number[] = [];
  const turnMs: number[] = [];
  const { serverCpu, databaseCpu } = await measureCost(bench, async () => {
    for (const threadId of threadIds) {
      const { firstText, turn } = await timeTurn(client, threadId);
      firstTextMs.push(firstText);
      turnMs.push(turn);
    }
  });
  client.close();
  return [
    ...figures("thread/start", startMs),
    ...figures("first text", firstTextMs),
    ...figures("turn", turnMs),
    { name: "CPU of a turn, sum", value: ((serverCpu + databaseCpu) * 1000) / repetitions, unit: "ms" },
  ];
}

async function timeTurn(client: RpcSocket, threadId: string): Promise<{ firstText: number; turn: number }> {
  let firstTextAt: number | null = null;
  const startedAt = performance.now();
  const ended = hearTurn(client, threadId, () => {
    firstTextAt ??= performance.now();
  });
  await startTurn(client, threadId, steps);
  await ended;
  return { firstText: (firstTextAt ?? Number.NaN) - startedAt, turn: performance.now() - startedAt };
}

function figures(name: string, values: readonly number[]): readonly Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(values, 0.5), unit: "ms" },
    { name: `${name}, p95`, value: percentile(values, 0.95), unit: "ms" },
  ];
}
