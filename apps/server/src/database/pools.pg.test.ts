/** A pool over TCP, as `DATABASE_URL` gives one, survives what networks do. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPool, type Sql } from "./pools.ts";
import { PostgresProxy } from "./testing/postgres-proxy.ts";
import { openTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let proxy: PostgresProxy;
let url: string;
const pools: Sql[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  if (database.target.type !== "socket") throw new Error("the test cluster has a socket");
  proxy = await PostgresProxy.listen(database.target.path, 0);
  url = `postgres://skein_owner@127.0.0.1:${proxy.port}/${database.target.database}`;
});

afterAll(async () => {
  for (const pool of pools) await pool.end({ timeout: 1 });
  await proxy.goAway();
  await database.close();
});

function open(maxConnections: number, silenceMs: number | null): Sql {
  const pool = openPool({ type: "url", url }, "skein_log", { maxConnections, silenceMs });
  pools.push(pool);
  return pool;
}

const ask = async (pool: Sql) => (await pool<{ role: string }[]>`select current_user::text as role`)[0]?.role;

test("connections that are refused are not lost to the pool", async () => {
  const pool = open(2, null);
  expect(await ask(pool)).toBe("skein_log");
  await proxy.goAway();
  const refused = await Promise.allSettled(Array.from({ length: 10 }, () => ask(pool)));
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => "rejected"));
  await proxy.comeBack();
  await vi.waitUntil(() => ask(pool).catch(() => null), { timeout: 20_000 });
  expect(await Promise.all(Array.from({ length: 10 }, () => ask(pool)))).toEqual(Array(10).fill("skein_log"));
});

test("a connection that stands still is given up, and the next statement takes a new one", async () => {
  const pool = open(1, 200);
  expect(await ask(pool)).toBe("skein_log");
  proxy.freeze();
  await expect(ask(pool)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  proxy.thaw();
  await vi.waitUntil(() => ask(pool).catch(() => null), { timeout: 20_000 });
});

test("a connection that rests is left alone", async () => {
  const pool = open(1, 100);
  const pid = async () => (await pool<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid;
  const first = await pid();
  // Longer than the limit, by the database's own clock, on another connection.
  await database.log`select pg_sleep(0.4)`;
  expect(await pid()).toBe(first);
});
