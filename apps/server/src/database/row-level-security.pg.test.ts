import { afterAll, beforeAll, expect, test } from "vitest";
import { createThread, deleteThread } from "../log/create-thread.ts";
import { EventLog } from "../log/event-log.ts";
import { readEvents } from "../log/read-events.ts";
import { makeThread, newThread, startedMessage, startedTurn, ThreadWriter } from "../log/testing.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "./testing.ts";

let database: TestDatabase;
let tenant: TestTenant;
let stranger: TestTenant;

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
  stranger = await database.addTenant();
  const log = new EventLog(database.log);
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t1"), startedMessage("t1", "m1", "secret words"));
  await log.close();
});

afterAll(() => database.close());

async function tables(): Promise<string[]> {
  const rows = await database.app<{ name: string }[]>`
    select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'
    union select unnest(array['tenants', 'users', 'accounts', 'external_identities', 'known_devices', 'sign_in_attempts'])`;
  return rows.map(({ name }) => name);
}

test("every table with rows of tenants has forced row level security", async () => {
  const names = await tables();
  // A view has no rows of its own; it asks the tables as the role that asks it.
  const secured = await database.app<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace
      and ((relrowsecurity and relforcerowsecurity) or (relkind = 'v' and reloptions @> '{security_invoker=true}'))`;
  expect(secured.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

/** Of no tenant: only functions touch them. */
const closed = ["external_identities", "known_devices", "sign_in_attempts"];

test("how people sign in is read by functions only, and their passwords by nobody else", async () => {
  for (const name of closed) {
    await expect(database.app`select from ${database.app(name)}`, name).rejects.toThrow(/permission denied/);
  }
  const passwords = database.withTenant(tenant.tenantId, (sql) => sql`select password_hash from accounts`);
  await expect(passwords).rejects.toThrow(/permission denied/);
});

test("a query without a tenant returns nothing", async () => {
  for (const name of (await tables()).filter((name) => !closed.includes(name))) {
    const [row] = await database.app<[{ rows: bigint }]>`select count(*) as rows from ${database.app(name)}`;
    expect([name, row.rows]).toEqual([name, 0n]);
  }
});

test("a tenant sees its own rows only, on connections that served another just before", async () => {
  const count = (tenantId: string) =>
    database.withTenant(tenantId, async (sql) => {
      const [row] = await sql<[{ rows: bigint }]>`select count(*) as rows from thread_events`;
      return Number(row.rows);
    });
  const tenants = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? tenant : stranger));
  expect(await Promise.all(tenants.map(({ tenantId }) => count(tenantId)))).toEqual(
    tenants.map((one) => (one === tenant ? 3 : 0)),
  );
});

test("a row for another tenant is refused", async () => {
  const insert = database.withTenant(
    tenant.tenantId,
    (sql) => sql`insert into workspaces (tenant_id, id, name, host_path, kind, runner)
      values (${stranger.tenantId}, gen_random_uuid(), 'x', '/x', 'opened', 'local')`,
  );
  await expect(insert).rejects.toThrow(/row-level security/);
});

test("a thread cannot be made without a tenant, nor in another's name", async () => {
  const thread = newThread();
  const { append } = new ThreadWriter(thread.id).prepare();
  const owner = { nodeId: "node-a", leaseSeconds: 60 };
  const orphan = database.app.begin((sql) => createThread(sql as never, thread, owner, append));
  await expect(orphan).rejects.toThrow(/tenant_id/);
});

test("another tenant's thread is neither read nor deleted", async () => {
  const thread = await makeThread(database, tenant);
  expect(await database.withTenant(stranger.tenantId, (sql) => readEvents(sql, thread.id, 0, 10))).toBeNull();
  expect(await database.withTenant(stranger.tenantId, (sql) => deleteThread(sql, thread.id))).toBe(false);
  expect(await database.withTenant(tenant.tenantId, (sql) => readEvents(sql, thread.id, 0, 10))).not.toBeNull();
});

test("the role of the log reads and writes no table", async () => {
  for (const name of [...(await tables()), "database_incarnation"]) {
    await expect(database.log`select from ${database.log(name)}`, name).rejects.toThrow(/permission denied/);
    await expect(database.log`delete from ${database.log(name)}`, name).rejects.toThrow(/permission denied/);
  }
});

test("the role of requests writes no log and moves no lease", async () => {
  const writes = [
    database.app`insert into thread_events select * from thread_events`,
    database.app`update threads set fence = 0`,
    database.app`select append_events('', '', '', '', '')`,
    database.app`select claim_thread(gen_random_uuid(), 'x', 1)`,
  ];
  for (const write of writes) await expect(write).rejects.toThrow(/permission denied/);
});

test("neither role is the owner, may skip row level security, or may become another role", async () => {
  const rows = await database.app<{ rolname: string }[]>`
    select rolname from pg_roles where rolname in ('skein_app', 'skein_log')
    and (rolsuper or rolbypassrls or rolcreaterole or pg_has_role(rolname, 'skein_owner', 'MEMBER'))`;
  expect(rows).toEqual([]);
});
