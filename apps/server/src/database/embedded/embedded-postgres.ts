/**
 * Postgres for a server that was given none: real Postgres in the data directory, reachable over a Unix socket only.
 * The caller holds the lock of the data directory, so at most one process is ever here for one cluster.
 */
import { access, constants, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { ensureCluster, loginRoles, superuser } from "./cluster.ts";
import { findPostgresPackage, prepareNativePostgres } from "./native-package.ts";
import { settleOrphan } from "./orphan.ts";
import { choosePostgresUser, type OsUser } from "./os-user.ts";
import { prepareSocketDirectory, socketName } from "./socket-directory.ts";
import { Supervisor } from "./supervisor.ts";

export interface EmbeddedPostgres {
  readonly socketPath: string;
  /** True when the server was found running: its node had died without stopping it. */
  readonly adopted: boolean;
  /** Of the postmaster; null while it is being replaced. */
  pid(): number | null;
  stop(): Promise<void>;
}

const databaseName = "skein";

export async function startEmbeddedPostgres(
  dataDirectory: string,
  settings: readonly string[] = [],
): Promise<EmbeddedPostgres> {
  const user = await choosePostgresUser();
  await refuseUnreachable(dataDirectory, user);
  const native = await prepareNativePostgres(await findPostgresPackage(), dataDirectory, user);
  const cluster = join(dataDirectory, "postgres");
  await ensureCluster(cluster, native, user);
  const socketDirectory = await prepareSocketDirectory(dataDirectory, user);
  const socketPath = join(socketDirectory, socketName);

  const supervisor = new Supervisor({ native, cluster, socketDirectory, user, settings });
  const orphan = await settleOrphan(cluster, socketPath, native.version);
  await supervisor.run(orphan);
  try {
    await ensureDatabase(socketPath);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    socketPath,
    adopted: orphan !== null,
    pid: () => supervisor.pid,
    stop: () => supervisor.stop(),
  };
}

/** The roles may log in here, each for itself; the migrations find them and only grant. */
async function ensureDatabase(socketPath: string): Promise<void> {
  const sql = connect(socketPath, "postgres");
  try {
    const roles = new Set((await sql`select rolname from pg_roles`).map((row) => row.rolname as string));
    for (const role of loginRoles) {
      if (!roles.has(role)) await sql.unsafe(`create role ${role} login nobypassrls`);
    }
    await sql.unsafe("grant skein_app, skein_log to skein_owner");
    const [database] = await sql`select from pg_database where datname = ${databaseName}`;
    if (database === undefined) await sql.unsafe(`create database ${databaseName} owner skein_owner`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function connect(socketPath: string, database: string) {
  return postgres({ path: socketPath, database, user: superuser, max: 1, fetch_types: false, onnotice: () => {} });
}

/** As root, Postgres runs as somebody else, who must be able to walk to the data directory. */
async function refuseUnreachable(dataDirectory: string, user: OsUser | null): Promise<void> {
  await access(dataDirectory, constants.W_OK);
  if (user === null) return;
  for (let path = dataDirectory; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new Error(
        `Postgres runs as ${user.name}, who cannot enter ${path}; allow it with "chmod o+x ${path}", or set SKEIN_DATA_DIR to a place such as /var/lib/skein`,
      );
    }
    if (path === dirname(path)) return;
  }
}
