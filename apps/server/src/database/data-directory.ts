import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Makes the directory if it is missing. As root it can be entered, but not listed, by other users, because Postgres and
 * workspaces below it belong to users of their own; otherwise it is nobody else's business.
 */
export async function prepareDataDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true });
  if (made !== undefined) await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  if (!(await stat(path)).isDirectory()) throw new Error(`the data directory ${path} is not a directory`);
}

/** At most one server process holds a data directory. The operating system lets go of the lock when the process dies, however it dies. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Node has no file locks of its own; SQLite's are the kernel's. They need no pid file, so nothing is ever stale, and they hold
 * between containers that share the directory.
 */
export function lockDataDirectory(path: string): DataDirectoryLock {
  const lock = tryLockDataDirectory(path);
  if (lock !== null) return lock;
  throw new Error(
    `another Skein server is using the data directory ${path}; stop it, or set SKEIN_DATA_DIR to another directory`,
  );
}

/** null: a server is using the directory. */
export function tryLockDataDirectory(path: string): DataDirectoryLock | null {
  const file = new DatabaseSync(join(path, "lock"));
  try {
    file.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    file.close();
    const busy = (error as { errcode?: number }).errcode === 5;
    if (!busy) throw error;
    return null;
  }
  return { release: () => file.close() };
}
