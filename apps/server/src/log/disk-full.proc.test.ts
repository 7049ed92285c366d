/** The disk of the database is full: a real one, of its own, which takes root to make. */
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { connect } from "../database/database.ts";
import { startEmbeddedPostgres } from "../database/embedded/embedded-postgres.ts";
import { makeDataDirectory } from "../database/embedded/testing.ts";
import { ensureLocalUser } from "../identity/local-user.ts";
import { EventLog } from "./event-log.ts";
import { readEvents } from "./read-events.ts";
import { chunk, makeThread } from "./testing.ts";

const isRoot = process.getuid?.() === 0 && process.platform === "linux";

/** Takes all the room there is. */
async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
  } finally {
    await file.close();
  }
}

test.skipIf(!isRoot)(
  "appends wait for room, and none that was acknowledged is lost",
  { timeout: 120_000 },
  async () => {
    await using directory = await makeDataDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m,mode=711", "tmpfs", directory.path]);
    const undo: (() => unknown)[] = [() => execFileSync("umount", ["-l", directory.path])];
    try {
      chmodSync(directory.path, 0o711);
      const server = await startEmbeddedPostgres(directory.path, ["max_wal_size=32MB", "min_wal_size=32MB"]);
      undo.push(() => server.stop());
      const target = { type: "socket", path: server.socketPath, database: "skein" } as const;
      const database = await connect(target, directory.path, undo);
      const { tenantId } = await ensureLocalUser(database.app, "me");
      const failures: string[] = [];
      const log = new EventLog(database.log, {
        onFailure: (failure) => failures.push(failure.type === "unavailable" ? failure.reason : failure.type),
      });
      undo.push(() => log.close());
      const thread = await makeThread(database, { tenantId });
      const filler = join(directory.path, "filler");
      await fill(filler);

      // More than the room that the database had set aside.
      const texts = Array.from({ length: 60 }, (_, index) => `${index} ${"x".repeat(30_000)}`);
      const writing = (async () => {
        for (const text of texts) await thread.write(log, chunk("t1", "m1", text));
      })();
      await vi.waitUntil(() => failures.length > 0, { timeout: 60_000 });
      await rm(filler);
      await writing;

      // Postgres refuses to write a table (and says so), or stops when it cannot write its own log.
      expect(failures.filter((reason) => !["diskFull", "unreachable", "restarting"].includes(reason))).toEqual([]);
      const page = await database.withTenant(tenantId, (sql) => readEvents(sql, thread.id, 1, 1000));
      expect(page?.events.map((event) => ("text" in event ? event.text : ""))).toEqual(texts);
    } finally {
      for (const step of undo.reverse()) await step();
    }
  },
);
