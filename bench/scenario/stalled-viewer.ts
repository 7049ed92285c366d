/** A viewer that stops reading while 100 MB are published: what it costs the server, and what the others notice. */
import { preciseNow, readStamps } from "../../e2e/scripted-model/stamp.ts";
import type { RpcSocket } from "../client/rpc-socket.ts";
import { hearTurn, runTurn, startThread, startTurn } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { range } from "./range.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const threads = 20;
/** Every character is published twice: in a chunk, and in the completed message. */
const bigTurn = [{ type: "text", deltas: 250, size: 10_000 }] as const;
const watchers = 10;
const stamps = [{ type: "stamps", deltas: 100, delayMs: 40 }] as const;

export const stalledViewer: Scenario = {
  name: "stalled-viewer",
  title: "one viewer stops reading, 100 MB are published to it",
  onlyReplay: true,
  async measure(bench) {
    const driver = await bench.connect();
    const threadIds: string[] = [];
    for (const _ of range(threads)) threadIds.push(await startThread(driver));
    const viewer = await bench.connect();
    for (const threadId of threadIds) await viewer.request("thread/resume", { threadId, excludeTurns: true });
    const others = await watchAnother(bench);
    // Loaded threads grow with what is said in them, whoever watches: only the difference is the viewer's.
    await publish(driver, threadIds, others);
    const warm = await settledKiB(bench);
    const reading = await publish(driver, threadIds, others);
    const before = await settledKiB(bench);
    viewer.pause();
    const stalled = await publish(driver, threadIds, others);
    const after = await settledKiB(bench);
    const figures: Figure[] = [
      { name: "server memory, growth while it reads", value: before - warm, unit: "KiB" },
      { name: "server memory, growth while it does not", value: after - before, unit: "KiB" },
      { name: "others' lag while it reads, p50", value: percentile(reading, 0.5), unit: "ms" },
      { name: "others' lag while it reads, p99", value: percentile(reading, 0.99), unit: "ms" },
      { name: "others' lag while it does not, p50", value: percentile(stalled, 0.5), unit: "ms" },
      { name: "others' lag while it does not, p99", value: percentile(stalled, 0.99), unit: "ms" },
    ];
    for (const client of [driver, viewer, ...others.clients]) client.close();
    return figures;
  },
};

interface Others {
  readonly threadId: string;
  readonly driver: RpcSocket;
  readonly clients: readonly RpcSocket[];
}

async function watchAnother(bench: Bench): Promise<Others> {
  const driver = await bench.connect();
  const threadId = await startThread(driver);
  const clients = [driver];
  for (const _ of range(watchers)) {
    const client = await bench.connect();
    await client.request("thread/resume", { threadId, excludeTurns: true });
    clients.push(client);
  }
  return { threadId, driver, clients };
}

/** Runs the big turns; gives how old the text of the other thread was when it came, in ms. */
async function publish(driver: RpcSocket, threadIds: readonly string[], others: Others): Promise<readonly number[]> {
  const lagMs: number[] = [];
  let isPublishing = true;
  const streaming = (async () => {
    while (isPublishing) await streamStamps(others, lagMs);
  })();
  for (const threadId of threadIds) await runTurn(driver, threadId, bigTurn);
  isPublishing = false;
  await streaming;
  return lagMs;
}

async function streamStamps({ threadId, driver, clients }: Others, lagMs: number[]): Promise<void> {
  const heard = clients.map((client) => {
    let unread = "";
    return hearTurn(client, threadId, (delta) => {
      const { writtenAt, rest } = readStamps(unread + delta);
      unread = rest;
      const now = preciseNow();
      for (const at of writtenAt) lagMs.push(now - at);
    });
  });
  await startTurn(driver, threadId, stamps);
  await Promise.all(heard);
}

async function settledKiB({ server }: Bench): Promise<number> {
  await server.settle();
  return (await server.cost()).serverKiB;
}
