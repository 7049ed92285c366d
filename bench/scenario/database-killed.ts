/**
 * Postgres is killed while threads write to it: how long until it takes what is written, and until a thread can be started and a turn
 * run in it. The database is the embedded one, which the server starts anew by itself.
 */

import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readPostmasterFile } from "../../apps/server/src/database/embedded/postmaster.ts";
import type { RpcSocket } from "../client/rpc-socket.ts";
import { runTurn, startThread, startTurn } from "../client/turn.ts";
import { endOfLongestSilence } from "../takeover/longest-silence.ts";
import { range } from "./range.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const kills = 5;
const threads = 16;
const deltaMs = 20;
const beforeMs = 1_000;
/** How long a kill is looked at. Turns go on a while longer, because what is written while the database is away is sent later. */
const observedMs = 12_000;
const busy = [{ type: "text", size: 12, delayMs: deltaMs, deltas: (beforeMs + 2 * observedMs) / deltaMs }] as const;
const short = [{ type: "say", deltas: ["Back."] }] as const;
const againMs = 10;

export const databaseKilled: Scenario = {
  name: "database-killed",
  title: `Postgres is killed ${kills} times under ${threads} turns`,
  onlyReplay: true,
  async measure(bench) {
    const silencesMs: number[] = [];
    const servedMs: number[] = [];
    for (const _ of range(kills)) {
      const kill = await observeKill(bench);
      silencesMs.push(kill.silenceMs);
      servedMs.push(kill.servedMs);
    }
    const figures: Figure[] = [
      ...summary("running turns hear something again", silencesMs),
      ...summary("a new thread has its first turn", servedMs),
    ];
    return figures;
  },
};

async function observeKill(bench: Bench): Promise<{ readonly silenceMs: number; readonly servedMs: number }> {
  const client = await bench.connect();
  const heard = new Map<string, number[]>();
  client.listen((_, params) => heard.get(params?.threadId)?.push(performance.now()));
  for (const _ of range(threads)) {
    const threadId = await startThread(client);
    heard.set(threadId, []);
    await startTurn(client, threadId, busy);
  }
  await delay(beforeMs);
  const postmaster = await readPostmasterFile(join(bench.server.dataDirectory, "postgres"));
  if (postmaster === null) throw new Error("no Postgres runs");
  const killedAtMs = performance.now();
  process.kill(postmaster.pid, "SIGKILL");
  await serveAgain(client);
  const servedMs = performance.now() - killedAtMs;
  await delay(killedAtMs + observedMs - performance.now());
  const silences = [...heard.values()].map((times) => endOfLongestSilence(killedAtMs, times));
  for (const threadId of heard.keys()) await client.request("turn/interrupt", { threadId, turnId: "" });
  client.close();
  return { silenceMs: Math.max(...silences), servedMs };
}

/** Asked again for as long as the answer is that the database is away. */
async function serveAgain(client: RpcSocket): Promise<void> {
  for (;;) {
    const threadId = await startThread(client).catch(() => null);
    if (threadId !== null) {
      await runTurn(client, threadId, short);
      return;
    }
    await delay(againMs);
  }
}

function summary(name: string, tookMs: readonly number[]): readonly Figure[] {
  return [
    { name: `${name}, least`, value: Math.min(...tookMs) / 1000, unit: "s" },
    { name: `${name}, greatest`, value: Math.max(...tookMs) / 1000, unit: "s" },
  ];
}
