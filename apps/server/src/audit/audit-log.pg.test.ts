/** The audit log at the database: who may write it, what it takes, and that nobody changes it. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { createAccessToken, revokeAccessToken } from "../identity/access-tokens.ts";
import { deleteTenant } from "../identity/delete-tenant.ts";
import { auditBy, bySystem, unknownOrigin } from "./actor.ts";
import { AuditBuffer } from "./audit-buffer.ts";
import { type AuditFilter, readLines } from "./read-lines.ts";
import { record } from "./record.ts";

let database: TestDatabase;
let owner: Sql;
let tenant: TestTenant;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
  tenant = await database.addTenant();
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

function lines({ tenantId }: Pick<TestTenant, "tenantId">, filter: AuditFilter = {}) {
  return database.withTenant(tenantId, (sql) => readLines(sql, filter, null, 1_000));
}

const origin = { address: "192.0.2.7", userAgent: "a browser" };

test("an action leaves a line of who, from where and to what, and one that does not happen leaves none", async () => {
  const person = await database.addTenant();
  const principal = { ...person, name: "Ada", via: { type: "session", sessionId: randomUUID() } } as const;
  const { token, secret } = await createAccessToken(database.withTenant, principal, { name: "laptop" }, origin);
  expect(await revokeAccessToken(database.withTenant, principal, randomUUID(), origin)).toBe(false);
  const failed = database.withTenant(person.tenantId, async (sql) => {
    await record(sql, auditBy(principal, origin), { action: "thread.deleted", details: {} });
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  const found = await lines(person);
  expect(found).toEqual([
    expect.objectContaining({
      action: "token.created",
      subject: token.id,
      details: { name: "laptop", scopes: ["read", "prompt", "approve", "manage"], expiresAt: null },
      actorType: "user",
      actorId: person.userId,
      actorName: "Ada",
      credentialId: principal.via.sessionId,
      ...origin,
    }),
  ]);
  expect(JSON.stringify(found)).not.toContain(secret);
});

test("a line that the catalogue does not foresee is refused, and what it would have told of does not happen", async () => {
  const { tenantId } = await database.addTenant();
  const work = database.withTenant(tenantId, async (sql) => {
    await sql`insert into workspaces (tenant_id, id, name, host_path, kind, runner)
      values (${tenantId}, gen_random_uuid(), 'x', '/x', 'opened', 'local')`;
    await record(sql, bySystem, { action: "workspace.deleted", details: { name: "x", text: "a secret" } as never });
  });
  await expect(work).rejects.toThrow(/text/);
  const rows = await database.withTenant(tenantId, (sql) => sql`select from workspaces`);
  expect(rows).toHaveLength(0);
});

test("no role of the server changes, deletes, dates or empties the log", async () => {
  await database.withTenant(tenant.tenantId, (sql) => record(sql, bySystem, { action: "thread.deleted", details: {} }));
  const denied = /permission denied/;
  const inTenant = (statement: string) => database.withTenant(tenant.tenantId, (sql) => sql.unsafe(statement));
  await expect(inTenant("update audit_lines set action = 'nothing'")).rejects.toThrow(denied);
  await expect(inTenant("delete from audit_lines")).rejects.toThrow(denied);
  await expect(inTenant("truncate audit_lines")).rejects.toThrow(denied);
  await expect(
    inTenant(`insert into audit_lines (tenant_id, at, actor_type, action, details)
      values (current_tenant(), now() - interval '1 year', 'system', 'thread.deleted', '{}')`),
  ).rejects.toThrow(denied);
  for (const statement of [
    "select from audit_lines",
    "delete from audit_lines",
    "insert into audit_lines default values",
  ]) {
    await expect(database.log.unsafe(statement)).rejects.toThrow(denied);
  }
  // The owner of the tables deletes what is old; to rewrite what happened is refused to it as well.
  await expect(owner`update audit_lines set action = 'nothing'`).rejects.toThrow(/never changed/);
  await expect(owner`truncate audit_lines`).rejects.toThrow(/never changed/);
});

test("a tenant reads and writes its own lines only, and they go with it", async () => {
  const [one, other] = [await database.addTenant(), await database.addTenant()];
  await database.withTenant(one.tenantId, (sql) => record(sql, bySystem, { action: "thread.deleted", details: {} }));
  const foreign = database.withTenant(
    one.tenantId,
    (sql) => sql`insert into audit_lines (tenant_id, actor_type, action, details)
      values (${other.tenantId}, 'system', 'thread.deleted', '{}')`,
  );
  await expect(foreign).rejects.toThrow(/row-level security/);
  expect([(await lines(one)).length, (await lines(other)).length]).toEqual([1, 0]);
  await deleteTenant(owner, one.tenantId);
  expect(await owner`select from audit_lines where tenant_id = ${one.tenantId}`).toHaveLength(0);
});

test("pages lead through all lines once, also through those of one moment", async () => {
  const { tenantId, userId } = await database.addTenant();
  await owner`
    insert into audit_lines (tenant_id, at, actor_type, actor_id, action, thread_id, details)
    select ${tenantId}, timestamptz '2026-01-01' + (n / 7) * interval '1 microsecond', 'user', ${userId},
      case n % 3 when 0 then 'thread.deleted' else 'prompt.given' end, null, '{}'
    from generate_series(1, 100) n`;
  const filter = { actions: ["prompt.given"] };
  const seen: string[] = [];
  for (let from = null as Parameters<typeof readLines>[2]; ; ) {
    const page = await database.withTenant(tenantId, (sql) => readLines(sql, filter, from, 9));
    seen.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined) break;
    from = last.place;
  }
  expect(seen).toHaveLength(67);
  expect(new Set(seen).size).toBe(67);
  const whole = await lines({ tenantId }, filter);
  expect(seen).toEqual(whole.map(({ id }) => id));
  expect(await lines({ tenantId }, { actorId: randomUUID() })).toEqual([]);
  expect(await lines({ tenantId }, { since: Date.UTC(2026, 0, 2) })).toEqual([]);
  expect(await lines({ tenantId }, { until: Date.UTC(2026, 0, 1) })).toEqual([]);
});

test("what comes faster than it is written is dropped, counted, and of no other tenant's", async () => {
  const [busy, quiet] = [await database.addTenant(), await database.addTenant()];
  const failures: unknown[] = [];
  const buffer = new AuditBuffer({
    withTenant: database.withTenant,
    recordRefusedSignIns: async () => {},
    failed: (reason) => failures.push(reason),
  });
  const by = { actor: { type: "nobody" }, origin: unknownOrigin } as const;
  const refused = { action: "egress.refused", subject: "10.0.0.1", details: { port: 22, reason: "private" } } as const;
  for (let index = 0; index < 1_010; index += 1) buffer.offer(busy.tenantId, by, refused);
  buffer.offer(quiet.tenantId, by, refused);
  expect(buffer.droppedCount).toBe(10);
  await buffer.close();
  expect(failures).toEqual([]);
  const told = await database.withTenant(busy.tenantId, (sql) => readLines(sql, {}, null, 2_000));
  expect(told).toHaveLength(1_001);
  expect(told[0]).toMatchObject({ action: "audit.dropped", actorType: "system", details: { lines: 10 } });
  expect((await lines(quiet)).map(({ action }) => action)).toEqual(["egress.refused"]);
});

test("what the database does not take now is written when it does", async () => {
  const there = await database.addTenant();
  let isAway = true;
  const written = Promise.withResolvers<void>();
  const failures: unknown[] = [];
  const buffer = new AuditBuffer({
    withTenant: async (tenantId, work) => {
      if (isAway) throw new Error("away");
      const result = await database.withTenant(tenantId, work);
      written.resolve();
      return result;
    },
    recordRefusedSignIns: async () => {},
    failed: (reason) => {
      failures.push(reason);
      isAway = false;
    },
  });
  buffer.offer(there.tenantId, bySystem, { action: "thread.deleted", details: {} });
  await written.promise;
  await buffer.close();
  expect(failures).toHaveLength(1);
  expect((await lines(there)).map(({ action }) => action)).toEqual(["thread.deleted"]);
});
