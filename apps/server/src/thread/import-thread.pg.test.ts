import type { ThreadEventBody } from "@skein/timeline/event";
import { type StoredEvent, versions } from "@skein/timeline/upcast";
import { expect, test } from "vitest";
import { openPool } from "../database/pools.ts";
import { openTestDatabase } from "../database/testing.ts";
import { tenantScope } from "../database/with-tenant.ts";
import { readQueue } from "../log/read-queue.ts";
import { completedTurn, newThread, startedTurn } from "../log/testing.ts";
import { importThread } from "./import-thread.ts";

const { settings, source, threadSource, ephemeral, originator, forkedFromId } = newThread();

async function* stored(...events: readonly ThreadEventBody[]): AsyncGenerator<StoredEvent> {
  for (const [index, { type, ...payload }] of events.entries()) {
    yield { seq: index + 1, type, version: versions[type], payload, at: 1_000 };
  }
}

test("what waits in the original does not wait in the copy, where it would start by itself", async () => {
  const database = await openTestDatabase();
  // As the operator's command has it.
  const owner = openPool(database.target, "skein_owner", { maxConnections: 1, silenceMs: null });
  const withTenant = tenantScope(owner);
  try {
    const { tenantId } = await database.addTenant();
    const queued = ["first", "second"].map((id): ThreadEventBody => {
      return { type: "queue.added", message: { id, clientId: id, content: [], metadata: null, actor: null } };
    });
    const events = stored(
      { type: "thread.created", settings, source, threadSource, ephemeral, originator, forkedFromId },
      startedTurn("t"),
      ...queued,
      completedTurn("t"),
    );
    const about = { id: null, name: null, preview: "", createdAtMs: 1_000, source, threadSource, originator };
    const { threadId } = await withTenant(tenantId, (sql) => importThread(sql, { ...about, workspace: null }, events));
    expect(await withTenant(tenantId, (sql) => readQueue(sql, threadId))).toEqual([]);
    const [row] = await database.withTenant(
      tenantId,
      (sql) => sql<[{ queued: number }]>`select queued from threads where id = ${threadId}`,
    );
    expect(row).toEqual({ queued: 0 });
  } finally {
    await owner.end();
    await database.close();
  }
});
