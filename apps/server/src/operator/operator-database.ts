/** The database as the operator's commands hold it: as its owner, beside a running server or without one. */
import { realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLockDataDirectory } from "../database/data-directory.ts";
import { findDatabaseFailure } from "../database/database-failure.ts";
import { startEmbeddedPostgres } from "../database/embedded/embedded-postgres.ts";
import { chooseSocketDirectory, socketName } from "../database/embedded/socket-directory.ts";
import { assertMigrated } from "../database/migrate.ts";
import { type DatabaseTarget, openPool, type Sql } from "../database/pools.ts";
import { tenantScope, type WithTenant } from "../database/with-tenant.ts";
import { Refusal } from "./refusal.ts";

export interface OperatorDatabase {
  /** Sees every tenant. */
  readonly owner: Sql;
  readonly withTenant: WithTenant;
  readonly dataDirectory: string;
  /** As the configuration has them. */
  readonly secrets: readonly string[];
  /** A server holds this data directory. Of servers with other data directories on the same database nothing is known. */
  readonly serverIsRunning: boolean;
  close(): Promise<void>;
}

export interface OperatorDatabaseOptions {
  readonly dataDirectory: string;
  /** null: embedded Postgres in the data directory, started for the command when no server runs. */
  readonly databaseUrl: string | null;
  readonly secrets: readonly string[];
}

export async function openOperatorDatabase(options: OperatorDatabaseOptions): Promise<OperatorDatabase> {
  const dataDirectory = await realpath(options.dataDirectory).catch(() => {
    throw new Refusal(`there is no data directory ${options.dataDirectory}; SKEIN_DATA_DIR names another`);
  });
  if (options.databaseUrl === null) await refuseWithoutDatabase(dataDirectory);
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const lock = tryLockDataDirectory(dataDirectory);
    if (lock !== null) undo.push(() => lock.release());
    const target = await locate(options.databaseUrl, dataDirectory, lock === null, undo);
    const owner = openPool(target, "skein_owner", { maxConnections: 2, silenceMs: null });
    undo.push(() => owner.end({ timeout: 5 }));
    await assertMigrated(owner).catch(refuseDatabase);
    const { secrets } = options;
    return { owner, withTenant: tenantScope(owner), dataDirectory, secrets, serverIsRunning: lock === null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whatever the name leads to by mistake, such as somebody's home: nothing is made there. */
async function refuseWithoutDatabase(dataDirectory: string): Promise<void> {
  await stat(join(dataDirectory, "postgres")).catch(() => {
    throw new Refusal(
      `there is no database in ${dataDirectory}; SKEIN_DATA_DIR names another, or DATABASE_URL a server's own`,
    );
  });
}

function refuseDatabase(error: Error): never {
  const isUnusable = findDatabaseFailure(error) !== null;
  throw new Refusal(isUnusable ? `the database cannot be used: ${error.message}` : error.message, { cause: error });
}

async function locate(
  url: string | null,
  dataDirectory: string,
  serverIsRunning: boolean,
  undo: (() => unknown)[],
): Promise<DatabaseTarget> {
  if (url !== null) return { type: "url", url };
  if (serverIsRunning) {
    const path = join(chooseSocketDirectory(dataDirectory, tmpdir()), socketName);
    return { type: "socket", path, database: "skein" };
  }
  const embedded = await startEmbeddedPostgres(dataDirectory);
  undo.push(() => embedded.stop());
  return { type: "socket", path: embedded.socketPath, database: "skein" };
}
