/**
 * A thread of a million events that nobody has touched for long: what its next owner has to read, with and without a snapshot,
 * and what a page costs. The modules of the log run here, against the database of the running server.
 */
import { openPool, type Sql } from "../../apps/server/src/database/pools.ts";
import { tenantScope, type WithTenant } from "../../apps/server/src/database/with-tenant.ts";
import { ensureLocalUser } from "../../apps/server/src/identity/local-user.ts";
import { readEvents } from "../../apps/server/src/log/read-events.ts";
import { readOwnerEvents } from "../../apps/server/src/log/read-owner-events.ts";
import { readTurnsPage } from "../../apps/server/src/log/read-pages.ts";
import { makeThread } from "../../apps/server/src/log/testing.ts";
import { writeSnapshot } from "../../apps/server/src/log/write-snapshot.ts";
import { foldOwned } from "../../apps/server/src/thread/fold-owned.ts";
import { encodeKnowledge, snapshotVersion } from "../../apps/server/src/thread/owner-snapshot.ts";
import { percentile } from "../report/percentile.ts";
import { databaseOf } from "../server/skein-database.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const turns = 1_000;
const eventsPerTurn = 1_000;
const head = 1 + turns * eventsPerTurn;
/** As many as are written between two snapshots. */
const tail = 500;
const repetitions = 100;

export const millionEvents: Scenario = {
  name: "million-events",
  title: `a thread of ${head.toLocaleString("en")} events, its owner's load and its pages`,
  onlySkein: true,
  measure,
};

async function measure({ server }: Bench): Promise<readonly Figure[]> {
  const target = await databaseOf(server);
  const options = { maxConnections: 1, silenceMs: null };
  const [app, log, owner] = [
    openPool(target, "skein_app", options),
    openPool(target, "skein_log", options),
    openPool(target, "skein_owner", options),
  ];
  try {
    const { tenantId } = await ensureLocalUser(app, "bench");
    const withTenant = tenantScope(app);
    const { id: threadId, fence } = await makeThread({ withTenant }, { tenantId });
    await fill(owner, threadId);
    const load = () => loadOwned(withTenant, { tenantId, threadId }, fence);
    const unaided = await timesOf(3, load);
    const knowledge = await load();
    const state = encodeKnowledge(knowledge);
    await writeSnapshot(log, { threadId, fence, seq: head - tail, version: snapshotVersion, state });
    const aided = await timesOf(repetitions, load);
    const page = { from: null, direction: "desc", limit: 50, items: "all" } as const;
    const pages = await timesOf(repetitions, () => withTenant(tenantId, (sql) => readTurnsPage(sql, threadId, page)));
    const ranges = await timesOf(repetitions, () =>
      withTenant(tenantId, (sql) => readEvents(sql, threadId, head - 1000, 500)),
    );
    return [
      { name: "owner without snapshot, p50", value: percentile(unaided, 0.5), unit: "ms" },
      { name: "owner with snapshot, p50", value: percentile(aided, 0.5), unit: "ms" },
      { name: "owner with snapshot, p99", value: percentile(aided, 0.99), unit: "ms" },
      { name: "snapshot", value: Buffer.byteLength(state) / 1024, unit: "KiB" },
      { name: "page of 50 turns, p50", value: percentile(pages, 0.5), unit: "ms" },
      { name: "page of 50 turns, p99", value: percentile(pages, 0.99), unit: "ms" },
      { name: "500 events, p50", value: percentile(ranges, 0.5), unit: "ms" },
      { name: "500 events, p99", value: percentile(ranges, 0.99), unit: "ms" },
    ];
  } finally {
    await Promise.all([app.end(), log.end(), owner.end()]);
  }
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function loadOwned(withTenant: WithTenant, key: { tenantId: string; threadId: string }, fence: bigint) {
  const found = await withTenant(key.tenantId, (sql) => readOwnerEvents(sql, key.threadId, snapshotVersion));
  if (found === null) throw new Error("the thread is gone");
  return foldOwned(key, fence, found);
}

/** Turns of one question and one long answer in chunks, none of them compacted. */
async function fill(owner: Sql, threadId: string): Promise<void> {
  const place = `1 + (n - 1) * ${eventsPerTurn}`;
  const last = eventsPerTurn;
  const message = (text: string) =>
    `json_build_object('type', 'agentMessage', 'id', 'm' || n, 'text', ${text}, 'phase', null)`;
  await owner.unsafe(`
    insert into thread_events (tenant_id, thread_id, seq, type, version, item_id, payload, at)
    select t.tenant_id, t.id, ${place} + k,
      case k when 1 then 'turn.started' when 2 then 'model.items' when 3 then 'item.started' when ${last - 1} then 'item.completed'
        when ${last} then 'turn.completed' else 'item.chunk' end,
      case k when 1 then 2 when 2 then 2 else 1 end, case when k between 3 and ${last - 1} then 'm' || n end,
      case k
        when 1 then json_build_object('turnId', 't' || n, 'actor', null)
        when 2 then json_build_object('turnId', 't' || n, 'items', json_build_array(json_build_object('type', 'message', 'text', repeat('words ', 100))),
          'context', null, 'tells', json_build_array())
        when 3 then json_build_object('turnId', 't' || n, 'item', ${message("''")})
        when ${last - 1} then json_build_object('turnId', 't' || n, 'item', ${message("repeat('words ', 1000)")}, 'startedAt', 0)
        when ${last} then json_build_object('turnId', 't' || n, 'status', 'completed', 'error', null, 'startedAt', 0, 'durationMs', 5, 'finalMessage', null)
        else json_build_object('turnId', 't' || n, 'itemId', 'm' || n, 'channel', 'text', 'index', 0, 'text', 'some words of text') end,
      now()
    from threads t, generate_series(1, ${turns}) n, generate_series(1, ${eventsPerTurn}) k where t.id = '${threadId}'`);
  await owner.unsafe(`
    insert into turns (tenant_id, thread_id, turn_id, ordinal, status, started_at, completed_at, duration_ms, extras, as_of)
    select t.tenant_id, t.id, 't' || n, ${place} + 1, 'completed', 0, 0, 5, '{"plan":null,"diff":null,"errors":[]}', ${place} + ${last}
    from threads t, generate_series(1, ${turns}) n where t.id = '${threadId}'`);
  await owner.unsafe(`
    insert into items (tenant_id, thread_id, item_id, turn_id, ordinal, type, item, text, started_at_ms, completed_at_ms, as_of)
    select t.tenant_id, t.id, 'm' || n, 't' || n, ${place} + 3, 'agentMessage', ${message("repeat('words ', 1000)")}, 'words', 0, 1, ${place} + ${last} - 1
    from threads t, generate_series(1, ${turns}) n where t.id = '${threadId}'`);
  await owner.unsafe(`update threads set head_seq = ${head} where id = '${threadId}'`);
  await owner.unsafe("vacuum analyze thread_events, turns, items");
}
