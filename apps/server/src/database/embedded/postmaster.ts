/**
 * The server process of the embedded cluster: start, wait, adopt, stop. What Postgres writes into `postmaster.pid` (pid on line 1,
 * socket directory on line 5, state on line 8) is how a running one is recognised, its own or an orphan's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { NativePostgres } from "./native-package.ts";
import type { OsUser } from "./os-user.ts";
import { postgresProcess } from "./run.ts";

const pollMs = 10;
const maxKeptLogBytes = 10_000_000;

export interface PostmasterFile {
  readonly pid: number;
  readonly socketDirectory: string;
  readonly state: string;
}

export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  try {
    const lines = (await readFile(join(cluster, "postmaster.pid"), "utf8")).split("\n");
    return { pid: Number(lines[0]), socketDirectory: lines[4]?.trim() ?? "", state: lines[7]?.trim() ?? "" };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export interface PostmasterOptions {
  readonly native: NativePostgres;
  readonly cluster: string;
  readonly socketDirectory: string;
  readonly user: OsUser | null;
  /** Further `name=value` settings; tests turn syncing off. */
  readonly settings: readonly string[];
}

/** Resolves with the pid when the server accepts connections; recovery after a crash is part of the wait. */
export async function startPostmaster(options: PostmasterOptions): Promise<number> {
  const { cluster, native, user } = options;
  const logPath = `${cluster}.log`;
  await rotateLog(logPath);
  const log = await open(logPath, "a", 0o600);
  let child: ChildProcess;
  try {
    const args = ["-D", cluster, ...settings(options).flatMap((setting) => ["-c", setting])];
    // A session of its own: Ctrl-C in the terminal reaches the Node process only, which stops Postgres last.
    child = spawn(join(native.directory, "bin/postgres"), args, {
      ...postgresProcess(user),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    await waitUntilReady(child, cluster);
  } catch (error) {
    const tail = (await readFile(logPath, "utf8")).trim().split("\n").slice(-5).join("\n");
    throw new Error(
      `the embedded Postgres did not start: ${(error as Error).message}; its log ${logPath} ends with\n${tail}`,
    );
  } finally {
    await log.close();
  }
  child.unref();
  return child.pid!;
}

/** Durable at every commit; memory and processes sized for a machine that does other things too. */
function settings({ socketDirectory, settings: further }: PostmasterOptions): string[] {
  return [
    "listen_addresses=",
    `unix_socket_directories=${socketDirectory}`,
    "unix_socket_permissions=0700",
    "max_connections=60",
    "shared_buffers=64MB",
    "io_method=sync",
    "jit=off",
    "max_parallel_workers_per_gather=0",
    "synchronous_commit=on",
    "max_wal_size=512MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    // macOS acknowledges an ordinary sync before the disk has it.
    ...(process.platform === "darwin" ? ["wal_sync_method=fsync_writethrough"] : []),
    ...further,
  ];
}

async function waitUntilReady(child: ChildProcess, cluster: string): Promise<void> {
  let failure: Error | null = null;
  child.once("error", (error) => {
    failure = error;
  });
  child.once("exit", (code, signal) => {
    failure ??= new Error(`it ended with ${signal ?? `code ${code}`}`);
  });
  for (;;) {
    if (failure !== null) throw failure;
    const file = await readPostmasterFile(cluster);
    if (file?.pid === child.pid && file?.state === "ready") return;
    await delay(pollMs);
  }
}

/** Ends connections and writes a checkpoint ("fast"); "immediate" when that takes longer than `patienceMs`. */
export async function stopPostmaster(cluster: string, pid: number, patienceMs = 10_000): Promise<void> {
  signal(pid, "SIGINT");
  if (await isGone(cluster, pid, patienceMs)) return;
  signal(pid, "SIGQUIT");
  if (await isGone(cluster, pid, patienceMs)) return;
  throw new Error(`the embedded Postgres (pid ${pid}) does not stop`);
}

/** The file goes last of all in an orderly stop; the process of an orphan may stay as a zombie until somebody collects it. */
async function isGone(cluster: string, pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (isAlive(pid) && (await readPostmasterFile(cluster))?.pid === pid) {
    if (performance.now() > until) return false;
    await delay(pollMs);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function rotateLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > maxKeptLogBytes) await rename(path, `${path}.1`);
}
