/** Opening a long thread on a second connection: resume without its turns, then the newest page of them. */
import type { RpcSocket } from "../client/rpc-socket.ts";
import { runTurn, startThread } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import type { Scenario } from "./scenario.ts";

const steps = [{ type: "say", deltas: ["All is well."] }] as const;
const pageTurns = 50;
const warmUps = 10;
const repetitions = 50;

export function history(turns: number): Scenario {
  return {
    name: `history-${turns}`,
    title: `opening a thread of ${turns.toLocaleString("en")} turns, the newest ${pageTurns} of them`,
    async measure({ server, connect }) {
      const first = await connect();
      const shortId = await startThread(first);
      for (let turn = 0; turn < 3; turn++) await runTurn(first, shortId, steps);
      const threadId = await server.repeatTurns(server, { threadId: shortId, times: turns - 1 });
      // Now the thread is loaded, as far as the server loads threads that are only looked at.
      await first.request("thread/resume", { threadId, excludeTurns: true });
      const second = await connect();
      const openMs: number[] = [];
      for (let index = 0; index < warmUps + repetitions; index++) openMs.push(await timeOpening(second, threadId));
      first.close();
      second.close();
      const measured = openMs.slice(warmUps);
      return [
        { name: "open, p50", value: percentile(measured, 0.5), unit: "ms" },
        { name: "open, p95", value: percentile(measured, 0.95), unit: "ms" },
      ];
    },
  };
}

async function timeOpening(client: RpcSocket, threadId: string): Promise<number> {
  const startedAt = performance.now();
  await client.request("thread/resume", { threadId, excludeTurns: true });
  const { data } = await client.request("thread/turns/list", { threadId, limit: pageTurns, itemsView: "full" });
  const took = performance.now() - startedAt;
  if (data.length !== pageTurns) throw new Error(`a page of ${data.length} turns came`);
  await client.request("thread/unsubscribe", { threadId });
  return took;
}
