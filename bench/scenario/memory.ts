/** What the server keeps in memory for threads that are loaded and idle, and for sockets that are open and idle. */
import type { RpcSocket } from "../client/rpc-socket.ts";
import { runTurn, startThread } from "../client/turn.ts";
import type { Bench, Scenario } from "./scenario.ts";

const steps = [{ type: "say", deltas: ["All is well."] }] as const;
const threads = 400;
const sockets = 1_000;
const atOnce = 4;

export const threadMemory: Scenario = {
  name: "thread-memory",
  title: `server memory per loaded idle thread (one short turn each), over ${threads} threads`,
  async measure(bench) {
    const client = await bench.connect();
    // As many again before, so that neither the code nor the heap is still growing towards its working size.
    await makeThreads(client, threads);
    const before = await settledKiB(bench);
    await makeThreads(client, threads);
    const after = await settledKiB(bench);
    client.close();
    return [{ name: "per thread", value: (after - before) / threads, unit: "KiB" }];
  },
};

export const socketMemory: Scenario = {
  name: "socket-memory",
  title: `server memory per idle socket, over ${sockets} sockets`,
  async measure(bench) {
    const first = await open(bench, sockets);
    const before = await settledKiB(bench);
    const second = await open(bench, sockets);
    const after = await settledKiB(bench);
    for (const socket of [...first, ...second]) socket.close();
    return [{ name: "per socket", value: (after - before) / sockets, unit: "KiB" }];
  },
};

async function makeThreads(client: RpcSocket, count: number): Promise<void> {
  let left = count;
  const work = async () => {
    while (left-- > 0) await runTurn(client, await startThread(client), steps);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function open(bench: Bench, count: number): Promise<readonly RpcSocket[]> {
  const opened: RpcSocket[] = [];
  while (opened.length < count) opened.push(await bench.connect());
  return opened;
}

async function settledKiB({ server }: Bench): Promise<number> {
  await server.settle();
  return (await server.cost()).serverKiB;
}
