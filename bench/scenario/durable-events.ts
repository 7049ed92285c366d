/**
 * How many events per second the log makes durable: 64 threads, each of which appends its next chunk when the last one
 * is committed. The writer of the log runs here, so that nothing else of the server takes part; the database is that of
 * the running server, with its settings: it waits for the disk. Disks differ, so a second figure makes every commit wait
 * a millisecond more before it syncs.
 */
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { openPool } from "../../apps/server/src/database/pools.ts";
import { tenantScope } from "../../apps/server/src/database/with-tenant.ts";
import { ensureLocalUser } from "../../apps/server/src/identity/local-user.ts";
import { EventLog } from "../../apps/server/src/log/event-log.ts";
import {
  chunk,
  makeThread,
  startedMessage,
  startedTurn,
  type ThreadWriter,
} from "../../apps/server/src/log/testing.ts";
import { median } from "../report/percentile.ts";
import { databaseOf } from "../server/skein-database.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const threads = 64;
const warmUpMs = 2_000;
const measuredMs = 5_000;
const text = "some forty characters of streamed text. ";

export const durableEvents: Scenario = {
  name: "durable-events",
  title: `events made durable by ${threads} threads at once, one append each at a time`,
  onlySkein: true,
  measure,
};

async function measure({ server }: Bench): Promise<readonly Figure[]> {
  const target = await databaseOf(server);
  const [app, log] = [
    openPool(target, "skein_app", { maxConnections: 4, silenceMs: null }),
    openPool(target, "skein_log", { maxConnections: 1, silenceMs: null }),
  ];
  try {
    const { tenantId } = await ensureLocalUser(app, "bench");
    const withTenant = tenantScope(app);
    const writers: ThreadWriter[] = [];
    while (writers.length < threads) writers.push(await makeThread({ withTenant }, { tenantId }));
    const eventLog = new EventLog(log);
    await Promise.all(
      writers.map((writer) => writer.write(eventLog, startedTurn("turn"), startedMessage("turn", "item"))),
    );
    await appendFor(warmUpMs, writers, eventLog);
    const before = await server.cost();
    const rate = await appendFor(measuredMs, writers, eventLog);
    const after = await server.cost();
    const databaseCpu = after.databaseCpuSeconds - before.databaseCpuSeconds;
    await delayCommits(target.path, 1_000);
    await appendFor(warmUpMs, writers, eventLog);
    const slowRate = await appendFor(measuredMs, writers, eventLog);
    return [
      { name: "durable events", value: rate, unit: "events/s" },
      { name: "the same, each commit 1 ms slower", value: slowRate, unit: "events/s" },
      { name: "CPU, database", value: databaseCpu, unit: "s" },
      { name: "one sync of the disk, p50", value: await syncMs(server.dataDirectory), unit: "ms" },
    ];
  } finally {
    await Promise.all([app.end(), log.end()]);
  }
}

/** Gives events per second. */
async function appendFor(durationMs: number, writers: readonly ThreadWriter[], log: EventLog): Promise<number> {
  const startedAt = performance.now();
  let events = 0;
  const append = async (writer: ThreadWriter) => {
    while (performance.now() - startedAt < durationMs) {
      await writer.write(log, chunk("turn", "item", text));
      events += 1;
    }
  };
  await Promise.all(writers.map(append));
  return (events / (performance.now() - startedAt)) * 1000;
}

async function delayCommits(path: string, delayMicroseconds: number): Promise<void> {
  const sql = postgres({ path, database: "skein", user: "skein_admin", max: 1 });
  await sql.unsafe(`alter system set commit_delay = ${delayMicroseconds}`);
  await sql.unsafe("alter system set commit_siblings = 0");
  await sql`select pg_reload_conf()`;
  await sql.end();
}

/** What the figure depends on: a commit takes at least one of these. */
async function syncMs(directory: string): Promise<number> {
  const path = join(directory, "sync-probe");
  const file = await open(path, "w");
  const took: number[] = [];
  for (let index = 0; index < 100; index++) {
    await file.write(Buffer.alloc(8192), 0, 8192, 0);
    const startedAt = performance.now();
    await file.datasync();
    took.push(performance.now() - startedAt);
  }
  await file.close();
  await rm(path);
  return median(took);
}
