/**
 * Databases for tests: one cluster per test run, started by `testing-cluster.ts`, in which every caller gets a clone of a migrated
 * template. Nothing syncs to disk there; tests about crashes start a cluster of their own.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { connect, type Database } from "./database.ts";
import type { DatabaseTarget } from "./pools.ts";
import "./testing-cluster.ts";

export interface TestDatabase extends Omit<Database, "socketDirectory" | "serviceUid" | "availability" | "listen"> {
  readonly target: DatabaseTarget;
  /** A tenant with one owner. */
  addTenant(): Promise<TestTenant>;
  /** As somebody who may do anything to the database. */
  administer<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T>;
}

export interface TestTenant {
  readonly tenantId: string;
  readonly userId: string;
}

/** A database of the caller's own; `close` drops it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { socketPath, template } = inject("testCluster");
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  await administer(socketPath, (sql) =>
    sql.unsafe(`create database ${database} template ${template} owner skein_owner`),
  );
  const dataDirectory = await mkdtemp(join(tmpdir(), "skein-test-"));
  const target: DatabaseTarget = { type: "socket", path: socketPath, database };
  const undo: (() => unknown)[] = [];
  const opened = await connect(target, dataDirectory, undo);
  return {
    ...opened,
    target,
    addTenant: () => addTenant(socketPath, database),
    administer: (work) => administer(socketPath, work, database),
    close: async () => {
      for (const step of undo.reverse()) await step();
      await administer(socketPath, (sql) => sql.unsafe(`drop database ${database} with (force)`));
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function addTenant(socketPath: string, database: string): Promise<TestTenant> {
  const tenant = { tenantId: randomUUID(), userId: randomUUID() };
  await administer(
    socketPath,
    (sql) =>
      sql.begin(async (owner) => {
        await owner`insert into tenants (id, name) values (${tenant.tenantId}, 'a tenant')`;
        await owner`insert into users (id, name) values (${tenant.userId}, 'a person')`;
        await owner`insert into members (tenant_id, user_id, role) values (${tenant.tenantId}, ${tenant.userId}, 'owner')`;
      }),
    database,
  );
  return tenant;
}

async function administer<T>(
  socketPath: string,
  work: (sql: postgres.Sql) => Promise<T>,
  database = "postgres",
): Promise<T> {
  const sql = postgres({ path: socketPath, database, user: "skein_admin", max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
