import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findDatabaseFailure } from "./database-failure.ts";
import type { Sql } from "./pools.ts";
import { assertRoles } from "./roles.ts";

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

const directory = fileURLToPath(new URL("../../../../migrations", import.meta.url));

/** Any number, the same for every node. */
const lockKey = 5_743_270_116;

/** How long a migration waits for a lock, and makes everybody wait who comes after it; and how often it tries anew, which takes half an hour. */
const patience = { lockMs: 1_000, pauseMs: 2_000, attempts: 600 };

/**
 * Brings the database to the state this build knows, in one transaction: all of it or nothing. Nodes that start together wait for
 * each other. Refuses a database that a newer build has migrated, and one whose migrations were not these.
 *
 * The nodes of the version before are at work meanwhile. Behind a lock that the migration waits for (an export reads for an hour, a fork copies
 * for seconds) their appends would queue, so it gives way after a second, and tries again.
 */
export async function migrate(owner: Sql, { lockMs, pauseMs, attempts } = patience): Promise<void> {
  const migrations = await readMigrations();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyPending(owner, migrations, lockMs);
    } catch (error) {
      const failure = findDatabaseFailure(error);
      if (failure?.type !== "conflict" || failure.reason !== "locked") throw error;
      if (attempt < attempts) await delay(pauseMs);
      else
        throw new Error("the database cannot be migrated: others hold locks on its tables all the time", {
          cause: error,
        });
    }
  }
}

async function applyPending(owner: Sql, migrations: readonly Migration[], lockMs: number): Promise<void> {
  await owner.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${lockKey}::bigint)`;
    await sql`select set_config('lock_timeout', ${`${lockMs}ms`}, true)`;
    await assertRoles(sql);
    await sql`create table if not exists skein_migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`;
    const applied = await sql<
      { name: string; sha256: string }[]
    >`select name, sha256 from skein_migrations order by name`;
    for (const migration of decidePending(migrations, applied)) {
      await sql.unsafe(keepingIndexes(migration.text));
      await sql`insert into skein_migrations (name, sha256) values (${migration.name}, ${migration.sha256})`;
    }
  });
}

/** Building an index on a large table stops appends, so an operator may have built it beforehand, with `CREATE INDEX CONCURRENTLY`. */
export function keepingIndexes(text: string): string {
  return text.replaceAll(/^(CREATE (?:UNIQUE )?INDEX) (?=")/gm, "$1 IF NOT EXISTS ");
}

/** For tools that must not change the schema. */
export async function assertMigrated(owner: Sql): Promise<void> {
  const [found] = await owner<[{ present: boolean }]>`select to_regclass('skein_migrations') is not null as present`;
  const applied = found.present
    ? await owner<{ name: string; sha256: string }[]>`select name, sha256 from skein_migrations order by name`
    : [];
  const [missing] = decidePending(await readMigrations(), applied);
  if (missing === undefined) return;
  throw new Error(`the database lacks the migration ${missing.name}; start the server of this version once`);
}

/** drizzle-kit's journal lists the files in their order. */
export async function readMigrations(): Promise<Migration[]> {
  const journal = JSON.parse(await readFile(join(directory, "meta/_journal.json"), "utf8")) as {
    entries: { tag: string }[];
  };
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const text = await readFile(join(directory, `${tag}.sql`), "utf8");
      return { name: tag, text, sha256: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

export function decidePending<M extends { name: string; sha256: string }>(
  known: readonly M[],
  applied: readonly { name: string; sha256: string }[],
): readonly M[] {
  for (const [index, { name, sha256 }] of applied.entries()) {
    const own = known[index];
    if (own === undefined) {
      throw new Error(`the database was migrated by a newer version of Skein (${name}); start that version`);
    }
    if (own.name !== name || own.sha256 !== sha256) {
      throw new Error(
        `the database's migration ${name} is not the one that this version of Skein brings as ${own.name}`,
      );
    }
  }
  return known.slice(applied.length);
}
