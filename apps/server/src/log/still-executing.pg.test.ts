/** The connection is gone while its statement is still being carried out: the next attempt must neither double nor lose it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog } from "./event-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread, type ThreadWriter } from "./testing.ts";

let database: TestDatabase;
let tenant: TestTenant;
let directory: string;
let proxy: PostgresProxy;
let sql: Sql;
let owner: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
  directory = await mkdtemp(join(tmpdir(), "skein-test-"));
  if (database.target.type !== "socket") throw new Error("the test cluster has a socket");
  const path = join(directory, "proxy");
  proxy = await PostgresProxy.listen(database.target.path, path);
  sql = openPool({ ...database.target, path }, "skein_log", { maxConnections: 1, silenceMs: 200 });
  owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await owner.end();
  await proxy.goAway();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const textsOf = async ({ id }: ThreadWriter) => {
  const page = await database.withTenant(tenant.tenantId, (tx) => readEvents(tx, id, 1, 1000));
  return page?.events.map((event) => ("text" in event ? event.text : ""));
};

const blocked = async () => {
  const [row] = await owner<[{ count: bigint }]>`
    select count(*) as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return Number(row.count);
};

/** An event in the place of the thread's next one, which is taken back: an append that has moved the head waits for that. */
async function occupyNextSeq({ id, headSeq }: ThreadWriter) {
  const occupied = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const occupying = owner.begin(async (tx) => {
    await tx`insert into thread_events (tenant_id, thread_id, seq, type, version, payload, at)
      values (${tenant.tenantId}, ${id}, ${headSeq + 1}, 'thread.named', 1, '{}', now())`;
    occupied.resolve();
    await released.promise;
    throw new Error("taken back");
  });
  const over = expect(occupying).rejects.toThrow("taken back");
  await occupied.promise;
  return async () => {
    released.resolve();
    await over;
  };
}

test.each(["its connection stands still", "its connection is cut"])(
  "an append that is still being carried out while %s is stored once",
  async (what) => {
    let attempts = 0;
    const log = new EventLog(sql, { onCommit: () => (attempts += 1) });
    const thread = await makeThread(database, tenant);
    await thread.write(log, chunk("t1", "m1", "before"));
    const takeBack = await occupyNextSeq(thread);
    const writing = thread.write(log, chunk("t1", "m1", "once"));
    await vi.waitUntil(async () => (await blocked()) === 1, { timeout: 20_000 });
    if (what === "its connection is cut") {
      await proxy.goAway();
      await proxy.comeBack();
    } else {
      proxy.freeze();
      proxy.thaw();
    }
    // The first attempt goes on in its backend and holds the row; those after it are told nothing of how it ends.
    await vi.waitUntil(() => attempts >= 3, { timeout: 20_000 });
    await takeBack();
    await writing;
    await thread.write(log, chunk("t1", "m1", "after"));
    await log.close();
    expect(await textsOf(thread)).toEqual(["before", "once", "after"]);
  },
);

test("what a node of the version before calls is still there", async () => {
  const calls = await owner<{ call: string }[]>`
    select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as call from pg_proc p
    where p.pronamespace = 'public'::regnamespace and has_function_privilege('skein_log', p.oid, 'execute')`;
  const names = new Set(calls.map(({ call }) => call.slice(0, call.indexOf("("))));
  for (const name of [
    "append_events",
    "claim_thread",
    "renew_leases",
    "release_leases",
    "claim_abandoned_threads",
    "thread_heads",
  ]) {
    expect(names).toContain(name);
  }
  // Five arguments, as before there were blobs.
  expect(await database.log`select * from append_events('', '', '', '', '')`).toHaveLength(0);
});
