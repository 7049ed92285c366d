/** A long thread as a viewer of a link has it, looked through for secrets: its first page, and the whole of it as a file. */
import { setTimeout as delay } from "node:timers/promises";
import { RpcSocket } from "../client/rpc-socket.ts";
import { runTurn, startThread } from "../client/turn.ts";
import { percentile } from "../report/percentile.ts";
import { range } from "./range.ts";
import { type Bench, type Figure, measureCost, type Scenario } from "./scenario.ts";

const pageTurns = 25;
const warmUps = 10;
const repetitions = 50;
const formats = ["markdown", "html", "json"] as const;
const pingPauseMs = 5;
const samplePauseMs = 100;

/** A kilobyte as an agent prints it; the model is told what to say, so a turn holds it twice. */
const said = range(10)
  .map((n) =>
    [
      `\u001b[32mok\u001b[0m ${n} packages/core/src/turn/decide-next.test.ts:${n}:7 (${n * 3} tests)`,
      n % 5 === 0 ? "API_KEY=hunter-and-hunted bob@example.org /home/bob/.ssh/id_ed25519" : "and the rest of the line",
    ].join(" "),
  )
  .join("\n");
const steps = [{ type: "say", deltas: [said] }] as const;

export function sharedPage(turns: number): Scenario {
  return {
    name: `shared-page-${turns}`,
    title: `a viewer's first page of a thread of ${turns.toLocaleString("en")} turns, the newest ${pageTurns} of them`,
    onlySkein: true,
    async measure(bench) {
      const { threadId, token, owner } = await shareLongThread(bench, turns);
      const viewer = await joinByLink(bench, token);
      const open = async () => {
        const startedAt = performance.now();
        const initialTurnsPage = { limit: pageTurns, itemsView: "full" };
        const { initialTurnsPage: page } = await viewer.request("thread/resume", { threadId, initialTurnsPage });
        const took = performance.now() - startedAt;
        if (page.data.length !== pageTurns) throw new Error(`a page of ${page.data.length} turns came`);
        await viewer.request("thread/unsubscribe", { threadId });
        return took;
      };
      for (const _ of range(warmUps)) await open();
      const openMs: number[] = [];
      const cost = await measureCost(bench, async () => {
        for (const _ of range(repetitions)) openMs.push(await open());
      });
      for (const client of [owner, viewer]) client.close();
      return [
        { name: "open, p50", value: percentile(openMs, 0.5), unit: "ms" },
        { name: "open, p95", value: percentile(openMs, 0.95), unit: "ms" },
        { name: "CPU of one, server", value: (cost.serverCpu * 1_000) / repetitions, unit: "ms" },
      ];
    },
  };
}

export function sharedExport(turns: number): Scenario {
  return {
    name: `shared-export-${turns}`,
    title: `a thread of ${turns.toLocaleString("en")} turns as a file, by a link, while others are on the server`,
    onlySkein: true,
    async measure(bench) {
      const { threadId, token, owner } = await shareLongThread(bench, turns);
      const other = await bench.connect();
      const figures = await undisturbed(other);
      for (const format of formats) figures.push(...(await measureExport(bench, other, { threadId, token, format })));
      for (const client of [owner, other]) client.close();
      return figures;
    },
  };
}

interface Export {
  readonly threadId: string;
  readonly token: string;
  readonly format: (typeof formats)[number];
}

async function measureExport(
  bench: Bench,
  other: RpcSocket,
  { threadId, token, format }: Export,
): Promise<readonly Figure[]> {
  await bench.server.settle();
  const before = (await bench.server.cost()).serverKiB;
  const over = new AbortController();
  const watching = [pingUntil(other, over.signal), greatestKiB(bench, over.signal)] as const;
  let kib = 0;
  const cost = await measureCost(bench, async () => {
    kib = await download(bench, threadId, token, format);
  });
  over.abort();
  const [pings, peak] = await Promise.all(watching);
  return [
    { name: `${format}: time`, value: cost.wall, unit: "s" },
    { name: `${format}: CPU, server`, value: cost.serverCpu, unit: "s" },
    { name: `${format}: size`, value: kib, unit: "KiB" },
    { name: `${format}: server memory, at most more`, value: peak - before, unit: "KiB" },
    ...presentPings(`${format}: others' ping`, pings),
  ];
}

/** How the same pings go when nothing is exported: the machine's share of them. */
async function undisturbed(other: RpcSocket): Promise<Figure[]> {
  const over = new AbortController();
  const pings = pingUntil(other, over.signal);
  await delay(5_000);
  over.abort();
  return presentPings("nothing: others' ping", await pings);
}

function presentPings(name: string, pings: readonly number[]): Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(pings, 0.5), unit: "ms" },
    { name: `${name}, p99`, value: percentile(pings, 0.99), unit: "ms" },
    { name: `${name}, greatest`, value: Math.max(...pings), unit: "ms" },
  ];
}

/** The socket's own pings are answered as soon as the server's event loop comes round. */
async function pingUntil(client: RpcSocket, over: AbortSignal): Promise<readonly number[]> {
  const tookMs: number[] = [];
  while (!over.aborted) {
    tookMs.push(await client.ping());
    await delay(pingPauseMs);
  }
  return tookMs;
}

async function greatestKiB({ server }: Bench, over: AbortSignal): Promise<number> {
  let greatest = 0;
  while (!over.aborted) {
    greatest = Math.max(greatest, (await server.cost()).serverKiB);
    await delay(samplePauseMs);
  }
  return greatest;
}

/** Reads it to its end and keeps nothing. Gives its size in KiB. */
async function download({ server }: Bench, threadId: string, token: string, format: string): Promise<number> {
  const address = new URL(`/threads/${threadId}/export?format=${format}`, server.url.replace(/^ws/, "http"));
  const reply = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  if (!reply.ok || reply.body === null) throw new Error(`the export was answered with ${reply.status}`);
  let bytes = 0;
  for await (const chunk of reply.body) bytes += chunk.length;
  return bytes / 1024;
}

async function shareLongThread({ server, connect }: Bench, turns: number) {
  const owner = await connect();
  const shortId = await startThread(owner);
  for (const _ of range(3)) await runTurn(owner, shortId, steps);
  const threadId = await server.repeatTurns(server, { threadId: shortId, times: turns - 1 });
  const { path } = await owner.request("skein/share/create", { threadId, title: "A long thread", expiresAt: null });
  return { owner, threadId, token: String(path).split("#")[1] ?? "" };
}

function joinByLink({ server }: Bench, token: string): Promise<RpcSocket> {
  return RpcSocket.connect({ url: server.url, headers: { authorization: `Bearer ${token}` } }, { replay: true });
}
