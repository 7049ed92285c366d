/** The database as the server holds it: migrated, checked, with a pool per role. */
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Availability } from "./availability.ts";
import { lockDataDirectory, prepareDataDirectory } from "./data-directory.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { checkIncarnation } from "./incarnation.ts";
import { Listening, type ListeningPorts } from "./listening.ts";
import { migrate } from "./migrate.ts";
import { type DatabaseTarget, dropConnections, openPool, type Sql } from "./pools.ts";
import { tenantScope, type WithTenant } from "./with-tenant.ts";

export interface Database {
  /** Role `skein_app`. Without a tenant it may only call the functions of identity. */
  readonly app: Sql;
  /** Role `skein_log`: may only call the functions of the log and of leases. */
  readonly log: Sql;
  readonly withTenant: WithTenant;
  /** Of this database; cursors carry it. */
  readonly incarnation: string;
  /** Where the database can be reached on this machine; no command may. */
  readonly socketDirectory: string | null;
  /** As whom embedded Postgres runs; no command may. null: somebody else's database. */
  readonly serviceUid: number | null;
  readonly availability: Availability;
  /** `heard` is called when somebody's rights have changed, on whichever node. Until the database is closed. */
  listen(heard: () => void): void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly dataDirectory: string;
  /** null: embedded Postgres in the data directory. */
  readonly databaseUrl: string | null;
  /** Goes before both; tests share a cluster. */
  readonly target?: DatabaseTarget | null;
}

const closeTimeoutSeconds = 5;
/** An append takes milliseconds, and must be tried again before a lease of the default length has ended. */
const appendSilenceMs = 5_000;
/** Of what requests ask, a copy of a very long thread takes longest. */
const requestSilenceMs = 20_000;
const questionSilenceMs = 3_000;

/** Takes the lock of the data directory, and holds it until `close`. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await prepareDataDirectory(options.dataDirectory);
  const dataDirectory = await realpath(options.dataDirectory);
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const lock = lockDataDirectory(dataDirectory);
    undo.push(() => lock.release());
    const target = options.target ?? (await locate(options.databaseUrl, dataDirectory, undo));
    const connected = await connect(target, dataDirectory, undo);
    const availability = watch(target, connected, undo);
    return { ...connected, ...(await facts(target)), availability, listen: listener(target, undo), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function locate(url: string | null, dataDirectory: string, undo: (() => unknown)[]): Promise<DatabaseTarget> {
  if (url !== null) return { type: "url", url };
  const embedded = await startEmbeddedPostgres(dataDirectory);
  undo.push(() => embedded.stop());
  return { type: "socket", path: embedded.socketPath, database: "skein" };
}

async function facts(target: DatabaseTarget): Promise<Pick<Database, "socketDirectory" | "serviceUid">> {
  if (target.type === "url") return { socketDirectory: null, serviceUid: null };
  return { socketDirectory: dirname(target.path), serviceUid: (await stat(target.path)).uid };
}

/** Asks on a connection of its own, because those of the pools may all be waiting. */
function watch(target: DatabaseTarget, { app, log }: Pick<Database, "app" | "log">, undo: (() => unknown)[]) {
  const own = openPool(target, "skein_log", { maxConnections: 1, silenceMs: questionSilenceMs });
  undo.push(() => own.end({ timeout: 1 }));
  const availability = new Availability({
    ask: async () => {
      const [row] = await own<[{ readOnly: boolean }]>`
        select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "readOnly"`;
      return row;
    },
    dropConnections: () => {
      for (const pool of [own, app, log]) dropConnections(pool);
    },
  });
  undo.push(() => availability.stop());
  return availability;
}

export function listener(target: DatabaseTarget, undo: (() => unknown)[]): Database["listen"] {
  return (heard) => {
    const open: ListeningPorts["open"] = (told) =>
      openPool(target, "skein_app", { maxConnections: 1, silenceMs: null, told });
    const listening = new Listening({ open, heard });
    undo.push(() => listening.stop());
  };
}

/** Migrates and opens the pools; what was opened is closed by `undo`. */
export async function connect(
  target: DatabaseTarget,
  dataDirectory: string,
  undo: (() => unknown)[],
): Promise<Omit<Database, "close" | "socketDirectory" | "serviceUid" | "availability" | "listen">> {
  const owner = openPool(target, "skein_owner", { maxConnections: 1, silenceMs: null });
  try {
    await migrate(owner);
  } finally {
    await owner.end({ timeout: closeTimeoutSeconds });
  }
  const app = openPool(target, "skein_app", { maxConnections: 10, silenceMs: requestSilenceMs });
  undo.push(() => app.end({ timeout: closeTimeoutSeconds }));
  const log = openPool(target, "skein_log", { maxConnections: 3, silenceMs: appendSilenceMs });
  undo.push(() => log.end({ timeout: closeTimeoutSeconds }));
  const incarnation = await checkIncarnation(app, dataDirectory);
  return { app, log, withTenant: tenantScope(app), incarnation };
}
