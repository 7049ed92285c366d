/**
 * The highest fence seen of each thread. It is kept in the data directory, so that a runner that was started anew still
 * refuses an owner from before. Whoever has it open is the directory's one runner: the lock is the kernel's, and goes with
 * the process.
 */
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** No lease is that old; what the book holds does not grow for ever. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
const busy = 5;

export class FenceBook {
  readonly #file: DatabaseSync;
  readonly #raise: StatementSync;

  /** Throws when another process uses the directory. */
  constructor(directory: string, now = Date.now()) {
    this.#file = new DatabaseSync(join(directory, "fences.sqlite"));
    try {
      this.#file.exec(`
        PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS fences (thread TEXT PRIMARY KEY, fence INTEGER NOT NULL, at INTEGER NOT NULL)`);
      this.#file.prepare("DELETE FROM fences WHERE at < ?").run(now - keptMs);
    } catch (error) {
      this.#file.close();
      // The low byte of an extended code.
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== busy) throw error;
      throw new Error(`another runner is using the data directory ${directory}; stop it, or choose another directory`);
    }
    this.#raise = this.#file.prepare(`
      INSERT INTO fences (thread, fence, at) VALUES (?, ?, ?)
      ON CONFLICT (thread) DO UPDATE SET fence = excluded.fence, at = excluded.at WHERE excluded.fence >= fences.fence`);
  }

  /** False: a later owner has been here. */
  admit(threadId: string, fence: number, now = Date.now()): boolean {
    return this.#raise.run(threadId, fence, now).changes === 1;
  }

  close(): void {
    if (this.#file.isOpen) this.#file.close();
  }
}
