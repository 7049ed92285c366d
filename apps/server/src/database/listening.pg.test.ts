/** Every change of what somebody may do is heard with its commit, and nothing else is. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeThread } from "../log/testing.ts";
import { listener } from "./database.ts";
import { openTestDatabase } from "./testing.ts";

const database = await openTestDatabase();
const tenant = await database.addTenant();
const undo: (() => unknown)[] = [];
let heard = 0;
let waiting = Promise.withResolvers<void>();

beforeAll(async () => {
  listener(
    database.target,
    undo,
  )(() => {
    heard += 1;
    waiting.resolve();
  });
  await waiting.promise;
});
afterAll(async () => {
  for (const step of undo.reverse()) await step();
  await database.close();
});

const done = (statement: string) => database.administer((sql) => sql.unsafe(statement));

/** Resolves when it was heard of. */
async function isHeard(statement: string): Promise<void> {
  waiting = Promise.withResolvers();
  await done(statement);
  await waiting.promise;
}

/** What is said later is heard later, so nothing was said in between. */
async function isNotHeard(statement: string): Promise<void> {
  const before = heard;
  await done(statement);
  await isHeard("notify skein_access");
  expect(heard).toBe(before + 1);
}

test("sessions, tokens, members and grants", async () => {
  const { tenantId, userId } = tenant;
  const [session, token, person] = [randomUUID(), randomUUID(), randomUUID()];
  const { id: threadId } = await makeThread(database, tenant);
  await isNotHeard(`insert into sessions (tenant_id, user_id, id, token_hash, expires_at)
    values ('${tenantId}', '${userId}', '${session}', 's', now() + interval '1 day')`);
  await isNotHeard(`update sessions set seen_at = now() where id = '${session}'`);
  await isHeard(`update sessions set revoked_at = now() where id = '${session}'`);
  await isNotHeard(`insert into access_tokens (tenant_id, user_id, id, name, prefix, token_hash)
    values ('${tenantId}', '${userId}', '${token}', 'laptop', 'p', 't')`);
  await isNotHeard(`update access_tokens set last_used_at = now() where id = '${token}'`);
  await isHeard(`update access_tokens set revoked_at = now() where id = '${token}'`);
  await isNotHeard(`insert into users (id, name) values ('${person}', 'Bo');
    insert into members (tenant_id, user_id, role) values ('${tenantId}', '${person}', 'member')`);
  await isHeard(`insert into thread_grants (tenant_id, thread_id, user_id, level, granted_by)
    values ('${tenantId}', '${threadId}', '${person}', 'prompt', '${userId}')`);
  await isHeard(`update thread_grants set level = 'read' where user_id = '${person}'`);
  await isHeard(`delete from thread_grants where user_id = '${person}'`);
  await isHeard(`update members set role = 'viewer' where user_id = '${person}'`);
  await isHeard(`delete from members where user_id = '${person}'`);
});

test("a connection that was lost is replaced, and what was said meanwhile is not missed", async () => {
  waiting = Promise.withResolvers();
  const ended = await database.administer(
    (sql) => sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen skein_access'`,
  );
  expect(ended).toHaveLength(1);
  await waiting.promise;
  await isHeard("notify skein_access");
});
