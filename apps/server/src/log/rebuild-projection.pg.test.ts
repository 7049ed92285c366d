/** Whatever was written live, append by append, comes out of the log again. */
import type { ThreadEventBody } from "@skein/timeline/event";
import { arbitraryLog } from "@skein/timeline/testing/arbitrary-log";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tenantScope } from "../database/with-tenant.ts";
import { openTestLog } from "./open-test-log.ts";
import { rebuildProjection } from "./rebuild-projection.ts";
import { chunk, completedMessage, makeThread, startedMessage, startedTurn, type ThreadWriter } from "./testing.ts";

const numRuns = Math.ceil(Number(process.env.SKEIN_TEST_RUNS ?? 200) / 10);

const { database, tenant, log, owner } = await openTestLog();
const asOwner = tenantScope(owner);

const rebuild = ({ id }: ThreadWriter) => asOwner(tenant.tenantId, (sql) => rebuildProjection(sql, id));

/** Rows as text. How far an open item's row had come depends on which events shared an append; readers fold the rest in. */
async function rowsOf({ id }: ThreadWriter) {
  const turns = await owner`
    select turn_id, ordinal, status, error::text, started_at, completed_at, duration_ms, extras::text from turns
    where thread_id = ${id} order by ordinal`;
  const items = await owner`
    select item_id, turn_id, ordinal, type, started_at_ms, completed_at_ms,
      case when completed_at_ms is not null then item::text end as item, case when completed_at_ms is not null then text end as text
    from items where thread_id = ${id} order by ordinal`;
  const [thread] =
    await owner`select preview, name, archived_at is not null as archived, status, cwd, model, model_provider, head_seq from threads where id = ${id}`;
  const approvals = await owner`
    select approval_id, turn_id, item_id, request::text, asked_by::text, requested_at, outcome::text, answered_by::text, resolved_at
    from approvals where thread_id = ${id} order by approval_id`;
  return { turns: [...turns], items: [...items], approvals: [...approvals], thread };
}

test("for any log, appended in any pieces", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryLog, fc.array(fc.integer({ min: 1, max: 9 })), async (events, sizes) => {
      const thread = await makeThread(database, tenant);
      const bodies = events.map(({ seq: _, at: __, ...body }) => body as ThreadEventBody);
      for (let from = 0, piece = 0; from < bodies.length; piece++) {
        const size = sizes[piece % Math.max(1, sizes.length)] ?? 3;
        await thread.write(log, ...bodies.slice(from, from + size));
        from += size;
      }
      const live = await rowsOf(thread);
      await owner`delete from turns where thread_id = ${thread.id}`;
      await owner`delete from approvals where thread_id = ${thread.id}`;
      await owner`delete from items where thread_id = ${thread.id}`;
      expect(await rebuild(thread)).toEqual({ turns: live.turns.length, items: live.items.length });
      expect(await rowsOf(thread)).toEqual(live);
    }),
    { numRuns },
  );
});

test("text that no column takes, and bodies that are kept apart, come out as they went in", async () => {
  const thread = await makeThread(database, tenant);
  const text = `${"long ".repeat(20_000)}\u0000\ud800`;
  await thread.write(
    log,
    startedTurn("t"),
    startedMessage("t", "m"),
    chunk("t", "m", "x"),
    completedMessage("t", "m", text),
  );
  const live = await rowsOf(thread);
  await rebuild(thread);
  expect(await rowsOf(thread)).toEqual(live);
});

test("its owner goes on appending meanwhile, and nothing of that is lost", async () => {
  const thread = await makeThread(database, tenant);
  await thread.write(log, startedTurn("t"));
  let done = false;
  const rebuilding = (async () => {
    for (let round = 0; round < 10; round++) await rebuild(thread);
    done = true;
  })();
  let messages = 0;
  for (; !done || messages < 10; messages++) {
    const id = `m${messages}`;
    await thread.write(log, startedMessage("t", id), completedMessage("t", id, id));
  }
  await rebuilding;
  const { items } = await rowsOf(thread);
  expect(items.map(({ item_id }) => item_id)).toEqual(Array.from({ length: messages }, (_, index) => `m${index}`));
});

test("a thread of another tenant is none", async () => {
  const thread = await makeThread(database, tenant);
  const other = await database.addTenant();
  expect(await asOwner(other.tenantId, (sql) => rebuildProjection(sql, thread.id))).toBeNull();
});

test("while it folds, other threads append what it refers to", async () => {
  const long = "long ".repeat(20_000);
  const [folded, other] = await Promise.all([makeThread(database, tenant), makeThread(database, tenant)]);
  const begun = [startedTurn("t1"), startedMessage("t1", "m1")];
  await folded.write(log, ...begun, completedMessage("t1", "m1", long));
  await other.write(log, ...begun);
  await asOwner(tenant.tenantId, async (sql) => {
    await rebuildProjection(sql, folded.id);
    await other.write(log, completedMessage("t1", "m1", long));
  });
  expect(await owner`select thread_id from blob_refs where thread_id in (${folded.id}, ${other.id})`).toHaveLength(2);
});
