/** Viewers that were cut off come back by their cursor, all at once or one after the other. */
import type { RpcSocket } from "../client/rpc-socket.ts";
import { runTurn, startThread } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { range } from "./range.ts";
import { type Bench, measureCost, type Scenario } from "./scenario.ts";

const crowd = 1_000;
const single = 300;
/** An event is written about every 40 ms while the model writes. */
const missed = [{ type: "text", deltas: 800, size: 10, delayMs: 10 }] as const;

export const reconnect: Scenario = {
  name: "reconnect-1000",
  title: `${crowd} viewers that missed about 200 events come back at once`,
  onlyReplay: true,
  async measure(bench) {
    const { driver, threadId, cursor, head } = await missSomething(bench);
    // What is timed is the server, not the start of so many sockets in this process.
    const caughtUpMs: number[] = [];
    const cost = await measureCost(bench, async () => {
      const startedAt = performance.now();
      await Promise.all(
        range(crowd).map(async () => {
          const client = await bench.connect();
          await catchUp(client, threadId, cursor, head);
          caughtUpMs.push(performance.now() - startedAt);
          client.close();
        }),
      );
    });
    driver.close();
    return [
      { name: "all caught up", value: Math.max(...caughtUpMs) / 1_000, unit: "s" },
      { name: "caught up, p50", value: percentile(caughtUpMs, 0.5) / 1_000, unit: "s" },
      { name: "CPU per viewer, server", value: (cost.serverCpu * 1e6) / crowd, unit: "µs" },
      { name: "CPU per viewer, database", value: (cost.databaseCpu * 1e6) / crowd, unit: "µs" },
    ];
  },
};

export const resume: Scenario = {
  name: "resume",
  title: `a viewer that missed about 200 events resumes, ${single} times one after the other`,
  onlyReplay: true,
  async measure(bench) {
    const { driver, threadId, cursor, head } = await missSomething(bench);
    const tookMs: number[] = [];
    for (const _ of range(single)) {
      const client = await bench.connect();
      const startedAt = performance.now();
      await catchUp(client, threadId, cursor, head);
      tookMs.push(performance.now() - startedAt);
      client.close();
    }
    driver.close();
    return [
      { name: "resumed, p50", value: percentile(tookMs, 0.5), unit: "ms" },
      { name: "resumed, p99", value: percentile(tookMs, 0.99), unit: "ms" },
    ];
  },
};

async function missSomething(bench: Bench): Promise<{
  readonly driver: RpcSocket;
  readonly threadId: string;
  readonly cursor: string;
  readonly head: number;
}> {
  const driver = await bench.connect();
  const threadId = await startThread(driver);
  await runTurn(driver, threadId, [{ type: "say", deltas: ["Before."] }]);
  const { replay } = await driver.request("thread/resume", { threadId, excludeTurns: true });
  await runTurn(driver, threadId, missed);
  const { asOf } = await driver.request("thread/read", { threadId });
  return { driver, threadId, cursor: replay.cursor, head: asOf };
}

/** Resolves when the viewer has been sent everything up to `head`. */
async function catchUp(client: RpcSocket, threadId: string, cursor: string, head: number): Promise<void> {
  const caughtUp = Promise.withResolvers<void>();
  const resumed = client.request("thread/resume", { threadId, excludeTurns: true, replay: { cursor } });
  resumed.catch(caughtUp.reject);
  client.onRange((to) => {
    if (to >= head) caughtUp.resolve();
  });
  const { replay } = await resumed;
  if (replay.verdict !== "continue") throw new Error(`a viewer was told ${replay.verdict}: ${replay.reason}`);
  await caughtUp.promise;
}
