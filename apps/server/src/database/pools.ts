import { connect as connectSocket, type Socket } from "node:net";
import postgres, { type Options, type Sql as PostgresSql, type TransactionSql } from "postgres";
import { cutSilentSocket } from "./cut-silent-socket.ts";

/** int8 comes as `bigint`; columns that fit a double are cast or converted where they are read. */
interface Types extends Record<string, postgres.PostgresType> {
  bigint: postgres.PostgresType<bigint>;
}
export type Sql = PostgresSql<{ bigint: bigint }>;
export type Transaction = TransactionSql<{ bigint: bigint }>;
/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Where the database is: our own over a Unix socket, or the operator's by URL. */
export type DatabaseTarget =
  | { readonly type: "socket"; readonly path: string; readonly database: string }
  | { readonly type: "url"; readonly url: string };

export type DatabaseRole = "skein_owner" | "skein_app" | "skein_log";

export interface PoolOptions {
  readonly maxConnections: number;
  /** A connection that owes an answer for longer is given up; null: statements may take their time. */
  readonly silenceMs: number | null;
  /** What the connections hear without having asked. */
  readonly told?: { readonly onnotify?: () => void; readonly onclose?: () => void };
}

/** postgres.js would wait up to 20 s, which is longer than a lease. */
const maxReconnectDelaySeconds = 0.5;
const connectTimeoutSeconds = 5;

/**
 * A pool whose connections act as one role. Over our own socket each role logs in by itself; by URL the operator's login takes the
 * role on at the start of every connection, and the owner is that login.
 */
export function openPool(
  target: DatabaseTarget,
  role: DatabaseRole,
  { maxConnections, silenceMs, told = {} }: PoolOptions,
): Sql {
  const options: Options<Types> = {
    max: maxConnections,
    fetch_types: false,
    onnotice: () => {},
    connect_timeout: connectTimeoutSeconds,
    backoff: (attempts) => Math.min(0.02 * 2 ** attempts, maxReconnectDelaySeconds),
    types: { bigint: postgres.BigInt },
    ...told,
  };
  const sockets = new Set<Socket>();
  const socket = socketOpener(silenceMs, sockets);
  const sql = postgresOf(target, role, { ...options, socket } as Options<Types>);
  openSockets.set(sql, sockets);
  return sql;
}

function postgresOf(target: DatabaseTarget, role: DatabaseRole, options: Options<Types>): Sql {
  if (target.type === "socket") {
    const { path, database } = target;
    return postgres({ ...options, path, database, user: role }) as unknown as Sql;
  }
  const connection = role === "skein_owner" ? {} : { role };
  return postgres(target.url, { ...options, connection }) as unknown as Sql;
}

const openSockets = new WeakMap<Sql, ReadonlySet<Socket>>();

/** Statements that run are cut off; the pool connects anew for the next. */
export function dropConnections(pool: Sql): void {
  for (const socket of openSockets.get(pool) ?? []) socket.destroy();
}

interface Addresses {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
}

/**
 * postgres.js never turns Nagle's algorithm off, which costs up to 40 ms where a statement leaves in several writes. Given a socket of ours it
 * leaves to us what it does for its own: to try the hosts in turn, and to say whom the certificate must name. The socket is handed over before
 * it is connected, because a connection whose socket was never made is lost to the pool.
 */
function socketOpener(silenceMs: number | null, open: Set<Socket>): (addresses: Addresses) => Socket {
  let attempt = 0;
  return ({ host: hosts, port: ports, path }) => {
    const turn = attempt++ % Math.max(1, hosts.length);
    const host = hosts[turn] ?? "localhost";
    const socket =
      typeof path === "string"
        ? connectSocket({ path })
        : Object.assign(connectSocket({ host, port: ports[turn] ?? 5432, noDelay: true }), { host });
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    if (silenceMs !== null) cutSilentSocket(socket, silenceMs);
    return socket;
  };
}
