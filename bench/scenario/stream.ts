/** One turn of 20,000 deltas of four characters, as fast as the model can write them, to so many subscribers. */
import type { RpcSocket } from "../client/rpc-socket.ts";
import { hearTurn, runTurn, startThread, startTurn } from "../client/turn.ts";
import { type Bench, costFigures, type Figure, measureCost, type Scenario } from "./scenario.ts";

const steps = [{ type: "text", deltas: 20_000, size: 4 }] as const;
const expectedCharacters = 80_000;

export function stream(subscribers: number): Scenario {
  return {
    name: `stream-${subscribers}`,
    title: `20,000 deltas of 4 characters to ${subscribers} subscriber${subscribers === 1 ? "" : "s"}`,
    measure: (bench) => measure(bench, subscribers),
  };
}

async function measure(bench: Bench, subscribers: number): Promise<readonly Figure[]> {
  const first = await bench.connect();
  const threadId = await startThread(first);
  // A server that has just started is not what is measured: its code is warm after the same work to one subscriber.
  await runTurn(first, threadId, steps);
  const clients = [first];
  while (clients.length < subscribers) clients.push(await join(bench, threadId));
  const before = received(clients);
  const cost = await measureCost(bench, async () => {
    const heard = clients.map((client) => hearTurn(client, threadId));
    await startTurn(first, threadId, steps);
    for (const { text } of await Promise.all(heard)) {
      if (text.length !== expectedCharacters) throw new Error(`a subscriber got ${text.length} characters`);
    }
  });
  const sent = { name: "sent to one", value: (received(clients) - before) / subscribers / 1024, unit: "KiB" } as const;
  for (const client of clients) client.close();
  return [...costFigures(cost), sent];
}

async function join(bench: Bench, threadId: string): Promise<RpcSocket> {
  const client = await bench.connect();
  await client.request("thread/resume", { threadId, excludeTurns: true });
  return client;
}

function received(clients: readonly RpcSocket[]): number {
  return clients.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
}
