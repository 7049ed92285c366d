/**
 * A node of the first schema goes on while another one migrates the database: `testing/older-node.json` holds what it sends, word for
 * word, with the rows of a real thread. It sends by the connections that it had, whose statements were prepared before.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createLogVerifier } from "@skein/timeline/verify/verify-log";
import postgres from "postgres";
import { expect, inject, test, vi } from "vitest";
import { findApproval, readPendingApprovals } from "../log/read-approvals.ts";
import { readEvents } from "../log/read-events.ts";
import { migrate } from "./migrate.ts";
import { type DatabaseRole, openPool, type Sql, type Transaction } from "./pools.ts";
import older from "./testing/older-node.json" with { type: "json" };
import { tenantScope } from "./with-tenant.ts";

/** Whatever came later was migrated while nodes of this schema were at work. */
const firstSchema = [
  "0000_roles",
  "0001_tables",
  "0002_row_level_security",
  "0003_log_functions",
  "0004_lease_functions",
  "0005_identity_functions",
];

type Call = keyof typeof older;
const thread = "019aa000-0000-7000-8000-00000000000a";
const fork = "019aa000-0000-7000-8000-00000000000f";

interface OlderDatabase extends AsyncDisposable {
  readonly owner: Sql;
  /** As the owner too, beside a migration. */
  readonly reader: Sql;
  /** By the older node's connections of the role `skein_log`, and by those of `skein_app`. */
  ofLog(call: Call): Promise<readonly Record<string, unknown>[]>;
  ofApp(call: Call): Promise<readonly Record<string, unknown>[]>;
  /** As a newer node reads. */
  read<T>(work: (sql: Transaction) => Promise<T>): Promise<T>;
}

/** In the first schema, with a tenant. */
async function openOlderDatabase(): Promise<OlderDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const tenantId = randomUUID();
  await administer(`create database ${name} template template0 owner skein_owner`);
  const { socketPath: path } = inject("testCluster");
  const open = (role: DatabaseRole) =>
    openPool({ type: "socket", path, database: name }, role, { maxConnections: 1, silenceMs: null });
  const [owner, reader] = [open("skein_owner"), open("skein_owner")];
  const [app, log, newer] = [open("skein_app"), open("skein_log"), open("skein_app")];
  await migrateToFirst(owner);
  await owner`insert into tenants (id, name) values (${tenantId}, 'a tenant')`;
  return {
    ...{ owner, reader },
    ofLog: (call) => send(log, call),
    ofApp: (call) => tenantScope(app)(tenantId, (sql) => send(sql, call)),
    read: (work) => tenantScope(newer)(tenantId, work),
    [Symbol.asyncDispose]: async () => {
      for (const pool of [owner, reader, app, log, newer]) await pool.end();
      await administer(`drop database ${name} with (force)`);
    },
  };
}

async function administer(statement: string): Promise<void> {
  const { socketPath } = inject("testCluster");
  const admin = postgres({ path: socketPath, user: "skein_admin", database: "postgres", max: 1, onnotice: () => {} });
  await admin.unsafe(statement).finally(() => admin.end());
}

async function migrateToFirst(owner: Sql): Promise<void> {
  await owner`create table skein_migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`;
  for (const migration of firstSchema) {
    const file = fileURLToPath(new URL(`../../../../migrations/${migration}.sql`, import.meta.url));
    const text = await readFile(file, "utf8");
    await owner.unsafe(text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    await owner`insert into skein_migrations (name, sha256) values (${migration}, ${sha256})`;
  }
}

/** As the driver sends it: prepared once per connection, and with the types that it gives the values. */
function send(sql: Sql | Transaction, call: Call): Promise<readonly Record<string, unknown>[]> {
  const { statement, parameters } = older[call];
  return sql.unsafe(statement, parameters as never[], { prepare: true });
}

const appended = [{ entry: 0, appended: true }];

test("an older node's thread goes on through the migration, and its log is in order", async () => {
  await using database = await openOlderDatabase();
  const { owner, ofLog, ofApp, read } = database;
  await ofApp("createThread");
  expect(await ofLog("startTurn")).toMatchObject(appended);
  expect(await ofLog("renewLeases")).toEqual([{ id: thread }]);
  expect(await ofLog("stream")).toMatchObject(appended);

  await migrate(owner);

  // What went wrong is told an older node as ever: the log ends elsewhere, the thread is still its own.
  expect(await ofLog("stream")).toEqual([{ entry: 0, appended: false, head_seq: 5n, fence: 1n, owned: true }]);
  expect(await ofLog("askApproval")).toMatchObject(appended);
  expect(await read((sql) => readPendingApprovals(sql, thread))).toMatchObject([
    { approvalId: "approval", turnId: "turn", itemId: "message", request: { type: "command", argv: ["ls"] } },
  ]);
  expect(await ofLog("renewLeases")).toEqual([{ id: thread }]);
  expect(await ofLog("readHeads")).toMatchObject([{ id: thread, head_seq: 6n, fence: 1n, owner_node: "older" }]);
  expect(await ofLog("resolveApproval")).toMatchObject(appended);
  const outcome = { type: "decided", decision: "accept" };
  expect(await read((sql) => findApproval(sql, "approval"))).toMatchObject({ threadId: thread, outcome });
  const person = { memberId: "person", clientName: "test" };
  expect(await owner`select asked_by, answered_by from approvals`).toEqual([{ asked_by: person, answered_by: person }]);
  expect(await ofLog("endTurn")).toMatchObject(appended);
  expect(await ofApp("forkThread")).toEqual([{ forked: true }]);
  expect(await ofLog("startSecondTurn")).toMatchObject(appended);

  const verifier = createLogVerifier();
  const page = await read((sql) => readEvents(sql, thread, 0, 100, { maxBytes: 1_000_000, without: new Set() }));
  expect(page?.events.map(({ type }) => type)).toEqual([
    "thread.created",
    "turn.started",
    "item.started",
    "item.chunk",
    "item.chunk",
    "approval.requested",
    "approval.resolved",
    "item.completed",
    "turn.completed",
    "turn.started",
  ]);
  expect([...(page?.events ?? []).flatMap((event) => verifier.add(event)), ...verifier.end(10)]).toEqual([]);
});

test("an index that an operator has built beforehand is taken as it is", async () => {
  await using database = await openOlderDatabase();
  const { owner } = database;
  await owner`create index concurrently thread_events_comments on thread_events (tenant_id, thread_id, seq) where type like 'comment.%'`;
  const oid = () => owner`select 'thread_events_comments'::regclass::oid as oid`;
  const built = await oid();
  await migrate(owner);
  expect(await oid()).toEqual(built);
});

test("an older node hands its threads over, takes abandoned ones and deletes some, as before the migration", async () => {
  await using database = await openOlderDatabase();
  const { owner, ofLog, ofApp } = database;
  await ofApp("createThread");
  await ofLog("startTurn");
  // Prepared before, and of no effect yet: the thread is held.
  expect(await ofLog("claimAbandoned")).toEqual([]);

  await migrate(owner);

  await ofLog("releaseLeases");
  expect(await ofLog("claimThread")).toMatchObject([{ claimed: true, fence: 2n, head_seq: 3n }]);
  await owner`update threads set owner_node = 'dead', lease_until = now() - interval '1 second'`;
  expect(await ofLog("claimAbandoned")).toMatchObject([{ id: thread, fence: 3n }]);
  expect(await ofLog("claimOfEarlierSelf")).toMatchObject([{ id: thread, fence: 4n }]);
  await owner`update threads set id = ${fork}`;
  expect(await ofApp("deleteThread")).toEqual([{ deleted: true }]);
  expect(await owner`select from threads`).toHaveLength(0);
});

test("what an older node asked before the migration can be answered at a newer one", async () => {
  await using database = await openOlderDatabase();
  const { owner, ofLog, ofApp, read } = database;
  await ofApp("createThread");
  for (const call of ["startTurn", "stream", "askApproval"] as const) {
    expect(await ofLog(call)).toMatchObject(appended);
  }
  await migrate(owner);
  expect(await read((sql) => readPendingApprovals(sql, thread))).toMatchObject([{ approvalId: "approval" }]);
  expect(await ofLog("resolveApproval")).toMatchObject(appended);
  expect(await read((sql) => readPendingApprovals(sql, thread))).toEqual([]);
});

test("older nodes append while the migration waits for somebody who reads, and it is made when that is over", async () => {
  await using database = await openOlderDatabase();
  const { owner, ofLog, ofApp, reader } = database;
  await ofApp("createThread");
  const patience = { lockMs: 500, pauseMs: 100, attempts: 600 };
  const { migrated } = await reader.begin(async (sql) => {
    await sql`lock table threads, thread_events in access share mode`;
    const migrating = migrate(owner, patience);
    await vi.waitUntil(async () => (await sql`select from pg_locks where not granted`).length > 0, { timeout: 10_000 });
    expect(await ofLog("startTurn")).toMatchObject(appended);
    return { migrated: migrating };
  });
  await migrated;
  expect(await ofLog("stream")).toMatchObject(appended);
});
