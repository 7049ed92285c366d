import { connect as connectSocket, type Socket } from "node:net";
import postgres, { type Options, type Sql as PostgresSql, type TransactionSql } from "postgres";

/** int8 comes as `bigint`; columns that fit a double are cast or converted where they are read. */
interface Types extends Record<string, postgres.PostgresType> {
  bigint: postgres.PostgresType<bigint>;
}
export type Sql = PostgresSql<{ bigint: bigint }>;
export type Transaction = TransactionSql<{ bigint: bigint }>;

/** Where the database is: our own over a Unix socket, or the operator's by URL. */
export type DatabaseTarget =
  | { readonly type: "socket"; readonly path: string; readonly database: string }
  | { readonly type: "url"; readonly url: string };

export type DatabaseRole = "skein_owner" | "skein_app" | "skein_log";

/** postgres.js would wait up to 20 s, which is longer than a lease. */
const maxReconnectDelaySeconds = 0.5;
const connectTimeoutMs = 10_000;

/**
 * A pool whose connections act as one role. Over our own socket each role logs in by itself; by URL the operator's login takes the
 * role on at the start of every connection, and the owner is that login.
 */
export function openPool(target: DatabaseTarget, role: DatabaseRole, maxConnections: number): Sql {
  const options: Options<Types> = {
    max: maxConnections,
    fetch_types: false,
    onnotice: () => {},
    backoff: (attempts) => Math.min(0.02 * 2 ** attempts, maxReconnectDelaySeconds),
    types: { bigint: postgres.BigInt },
  };
  if (target.type === "socket") {
    return postgres({ ...options, path: target.path, database: target.database, user: role }) as unknown as Sql;
  }
  const connection = role === "skein_owner" ? {} : { role };
  return postgres(target.url, { ...options, connection, socket: openTcpSocket } as Options<Types>) as unknown as Sql;
}

interface Addresses {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
}

/**
 * postgres.js never turns Nagle's algorithm off, which costs up to 40 ms where a statement leaves in several writes. Given a socket of ours it
 * leaves to us what it does for its own: to try the hosts in turn, and to say whom the certificate must name.
 */
async function openTcpSocket({ host: hosts, port: ports, path }: Addresses): Promise<Socket> {
  if (typeof path === "string") return connected(connectSocket({ path }));
  let failure: unknown;
  for (const [index, host] of hosts.entries()) {
    try {
      const socket = await connected(connectSocket({ host, port: ports[index] ?? 5432, noDelay: true }));
      return Object.assign(socket, { host });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(connectTimeoutMs, () => fail(new Error("the database did not answer in time")));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
