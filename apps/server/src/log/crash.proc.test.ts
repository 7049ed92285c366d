/** Postgres dies by SIGKILL under load: what was acknowledged is in the log, and the writers go on by themselves. */
import postgres from "postgres";
import { expect, test, vi } from "vitest";
import { connect } from "../database/database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../database/embedded/embedded-postgres.ts";
import { makeDataDirectory } from "../database/embedded/testing.ts";
import { ensureLocalUser } from "../identity/local-user.ts";
import { EventLog } from "./event-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread } from "./testing.ts";

const kills = Number(process.env.SKEIN_TEST_POSTGRES_KILLS ?? 3);
const appendsBetweenKills = 25;

/** The server and every process of it, at once, as soon as it has come back from the last time. */
async function killAll(server: EmbeddedPostgres): Promise<void> {
  const sql = postgres({ path: server.socketPath, database: "postgres", user: "skein_admin", max: 1, backoff: false });
  const ask = () => sql<{ pid: number }[]>`select pid from pg_stat_activity`.catch(() => null);
  const backends = await vi.waitUntil(ask, { timeout: 60_000, interval: 20 });
  const gone = sql.end({ timeout: 1 }).catch(() => {});
  for (const pid of [server.pid(), ...backends.map((backend) => backend.pid)]) {
    if (pid !== null) process.kill(pid, "SIGKILL");
  }
  await gone;
}

test("no acknowledged event is lost and none is stored twice", { timeout: 60_000 + kills * 10_000 }, async () => {
  await using directory = await makeDataDirectory();
  const server = await startEmbeddedPostgres(directory.path);
  const undo: (() => unknown)[] = [() => server.stop()];
  try {
    const target = { type: "socket", path: server.socketPath, database: "skein" } as const;
    const database = await connect(target, directory.path, undo);
    const { tenantId } = await ensureLocalUser(database.app, "me");
    const log = new EventLog(database.log);
    const threads = await Promise.all(Array.from({ length: 8 }, () => makeThread(database, { tenantId })));

    for (let kill = 0; kill < kills; kill++) {
      const writers = threads.map(async (thread) => {
        for (let index = 0; index < appendsBetweenKills; index++)
          await thread.write(log, chunk("t1", "m1", `${kill}.${index}`));
      });
      await Promise.all([killAll(server), ...writers]);
    }
    await log.close();
    // The writers may have been done before the last kill.
    await vi.waitUntil(() => database.app`select 1`.catch(() => null), { timeout: 60_000, interval: 20 });

    const expected = Array.from({ length: kills }, (_, kill) =>
      Array.from({ length: appendsBetweenKills }, (_, index) => `${kill}.${index}`),
    ).flat();
    for (const thread of threads) {
      const page = await database.withTenant(tenantId, (sql) => readEvents(sql, thread.id, 1, 100_000));
      expect(page?.events.map((event) => ("text" in event ? event.text : ""))).toEqual(expected);
    }
  } finally {
    for (const step of undo.reverse()) await step();
  }
});
