import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { renewLeases } from "../lease/leases.ts";
import { EventLog } from "../log/event-log.ts";
import { completedMessage, makeThread, startedMessage, startedTurn } from "../log/testing.ts";
import { createAccessToken } from "./access-tokens.ts";
import { countTenantRows, deleteTenant } from "./delete-tenant.ts";
import type { Principal } from "./principal.ts";
import { staleCredentials } from "./stale-credentials.ts";

let database: TestDatabase;
let owner: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

async function fill() {
  const tenant = await database.addTenant();
  const log = new EventLog(database.log);
  const thread = await makeThread(database, tenant);
  const long = "long ".repeat(20_000);
  await thread.write(log, startedTurn("t"), startedMessage("t", "m"), completedMessage("t", "m", long));
  await log.close();
  await createAccessToken(
    database.withTenant,
    { tenantId: tenant.tenantId, userId: tenant.userId },
    { name: "a token" },
  );
  return tenant;
}

test("every table that knows tenants is emptied of one, those of a later version too", async () => {
  // A table that nobody told the tool of, and that keeps threads from being deleted before it.
  await owner`create table later (tenant_id uuid not null, thread_id uuid not null,
    foreign key (tenant_id, thread_id) references threads (tenant_id, id))`;
  const [tenant, neighbour] = [await fill(), await fill()];
  await owner`insert into later select tenant_id, id from threads`;
  const before = await countTenantRows(owner, tenant.tenantId);
  for (const table of [
    "threads",
    "thread_events",
    "turns",
    "items",
    "blobs",
    "blob_refs",
    "later",
    "members",
    "access_tokens",
  ]) {
    expect([table, before.get(table) ?? 0]).toEqual([table, expect.toSatisfy((count: number) => count > 0)]);
  }
  const kept = await countTenantRows(owner, neighbour.tenantId);

  await deleteTenant(owner, tenant.tenantId);

  expect(await countTenantRows(owner, tenant.tenantId)).toEqual(new Map());
  expect(await owner`select from tenants where id = ${tenant.tenantId}`).toHaveLength(0);
  expect(await owner`select from users where id = ${tenant.userId}`).toHaveLength(0);
  expect(await countTenantRows(owner, neighbour.tenantId)).toEqual(kept);
  expect(await owner`select from users where id = ${neighbour.userId}`).toHaveLength(1);
});

test("a person who belongs to another tenant stays", async () => {
  const [tenant, other] = [await fill(), await fill()];
  await owner`insert into members (tenant_id, user_id, role) values (${other.tenantId}, ${tenant.userId}, 'member')`;
  await deleteTenant(owner, tenant.tenantId);
  expect(await owner`select from users where id = ${tenant.userId}`).toHaveLength(1);
});

test("beside running nodes: what came in by its credentials is closed, and its threads are let go", async () => {
  const tenant = await database.addTenant();
  const { token } = await createAccessToken(database.withTenant, { ...tenant }, { name: "a token" });
  const via = { type: "accessToken", tokenId: token.id, scopes: [] } as const;
  const principal: Principal = { ...tenant, role: "owner", name: "a person", via };
  const thread = await makeThread(database, tenant);
  const terms = { log: database.log, nodeId: "node-a", leaseSeconds: 60 };
  const held = [{ threadId: thread.id, fence: thread.fence }];
  expect(await staleCredentials(database.app, [principal])).toEqual([]);
  expect((await renewLeases(terms, held)).renewed).toEqual(new Set([thread.id]));
  await deleteTenant(owner, tenant.tenantId);
  expect(await staleCredentials(database.app, [principal])).toEqual([{ id: token.id, change: "ended" }]);
  expect(await renewLeases(terms, held)).toEqual({ renewed: new Set(), locked: new Set() });
});

test("a deletion that was interrupted leaves nobody behind when it is run again", async () => {
  const tenant = await fill();
  await owner`create function fail() returns trigger language plpgsql as $$ begin raise exception 'interrupted'; end $$`;
  await owner`create trigger fail before delete on threads for each row execute function fail()`;
  await expect(deleteTenant(owner, tenant.tenantId)).rejects.toThrow("interrupted");
  await owner`drop trigger fail on threads`;
  await deleteTenant(owner, tenant.tenantId);
  expect(await countTenantRows(owner, tenant.tenantId)).toEqual(new Map());
  expect(await owner`select from users where id = ${tenant.userId}`).toHaveLength(0);
});
