import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sql } from "./pools.ts";

/**
 * A restored backup cannot know that it is one, and its logs may end before what clients saw. So the database holds a random value
 * of which each node keeps a copy beside its data; cursors carry it. A node whose copy differs refuses to start.
 */
export async function checkIncarnation(app: Sql, dataDirectory: string): Promise<string> {
  const [row] = await app<[{ value: string }?]>`select value from database_incarnation`;
  if (row === undefined) throw new Error("the database has no incarnation; it was not migrated by Skein");
  const known = await readCopy(dataDirectory);
  if (known === null) await writeCopy(dataDirectory, row.value);
  else if (known !== row.value) {
    throw new Error(
      `the database is not the one that ${dataDirectory} knows: a backup was restored, or DATABASE_URL names another database. After a restore, run "skein db restored" once, and "skein db restored --adopt" for every further node`,
    );
  }
  return row.value;
}

/**
 * The step after a restore: a new incarnation, so that clients load their threads anew, and fences above any that was ever issued, so that
 * no node of the time before the restore can still write.
 */
export async function markRestored(owner: Sql, dataDirectory: string): Promise<string> {
  const value = await owner.begin(async (sql) => {
    await sql`update threads set fence = fence + ${fenceLeap}::bigint, owner_node = null, lease_until = null`;
    const [row] = await sql<
      [{ value: string }]
    >`update database_incarnation set value = gen_random_uuid() returning value`;
    return row.value;
  });
  await writeCopy(dataDirectory, value);
  return value;
}

/** For the further nodes of a cluster, once the database was marked: takes its incarnation as it is. */
export async function adoptIncarnation(owner: Sql, dataDirectory: string): Promise<string> {
  const [row] = await owner<[{ value: string }]>`select value from database_incarnation`;
  await writeCopy(dataDirectory, row.value);
  return row.value;
}

/** More claims than a thread can have had since any backup. */
const fenceLeap = 2 ** 32;

async function readCopy(dataDirectory: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDirectory, "incarnation"), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function writeCopy(dataDirectory: string, value: string): Promise<void> {
  const path = join(dataDirectory, "incarnation");
  await writeFile(`${path}.new`, `${value}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
