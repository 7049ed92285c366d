/**
 * What an earlier server left behind. The caller holds the lock of the data directory, so whatever runs there has lost its owner.
 */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import postgres from "postgres";
import { superuser } from "./cluster.ts";
import { isAlive, readPostmasterFile, stopPostmaster } from "./postmaster.ts";
import { socketName } from "./socket-directory.ts";

const execute = promisify(execFile);
const pollMs = 50;
/** Recovery after a crash may have a lot to replay. */
const maxRecoveryMs = 120_000;

/**
 * The pid of a server of this cluster that answers at `socketPath` and is of our version, to be adopted. Any other has been stopped, and
 * a pid file whose server is long gone removed, so that a new server can start.
 */
export async function settleOrphan(cluster: string, socketPath: string, version: string): Promise<number | null> {
  const file = await readPostmasterFile(cluster);
  if (file === null || !isAlive(file.pid)) return null;
  if (!(await serves(file.pid, cluster))) {
    // The pid is another program's by now, e.g. after a container was started anew. Postgres would refuse to start beside it.
    // Processes that outlived their postmaster are noticed without the file, by the shared memory of the directory.
    await rm(join(cluster, "postmaster.pid"), { force: true });
    return null;
  }
  const ownSocket = join(file.socketDirectory, socketName);
  const found = await waitForVersion(file.pid, ownSocket);
  if (found === version && ownSocket === socketPath) return file.pid;
  await stopPostmaster(cluster, file.pid);
  return null;
}

/** Whether the process is a Postgres of this directory, by its command line. */
async function serves(pid: number, cluster: string): Promise<boolean> {
  try {
    const line =
      process.platform === "linux"
        ? (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").join(" ")
        : (await execute("ps", ["-o", "args=", "-p", `${pid}`])).stdout;
    return line.includes(` -D ${cluster} `);
  } catch {
    return false;
  }
}

/** null: it ended, or never answered. */
async function waitForVersion(pid: number, socketPath: string): Promise<string | null> {
  const until = performance.now() + maxRecoveryMs;
  while (isAlive(pid) && performance.now() < until) {
    const version = await askVersion(socketPath);
    if (version !== null) return version;
    await delay(pollMs);
  }
  return null;
}

async function askVersion(socketPath: string): Promise<string | null> {
  const sql = postgres({ path: socketPath, database: "postgres", user: superuser, max: 1, fetch_types: false });
  try {
    const [row] = await sql<
      { version: string }[]
    >`select split_part(current_setting('server_version'), ' ', 1) as version`;
    return row?.version ?? null;
  } catch {
    return null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
