/** After the trouble: what the logs say, and whether every client shows exactly that. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { ThreadStore } from "@skein/client/thread/thread-store";
import type { ThreadEvent } from "@skein/timeline/event";
import { framedEventsOf } from "@skein/timeline/frames";
import { reduce } from "@skein/timeline/reduce/reduce";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import { verifyLog } from "@skein/timeline/verify/verify-log";
import { type DatabaseTarget, openPool, type Sql } from "../../apps/server/src/database/pools.ts";
import { tenantScope } from "../../apps/server/src/database/with-tenant.ts";
import { readEvents } from "../../apps/server/src/log/read-events.ts";
import { reached, visible } from "../../apps/server/src/testing/open-store.ts";
import type { Crowd } from "./crowd.ts";
import { type Accepted, tracePrefix } from "./prompter.ts";
import type { World } from "./world.ts";

export interface Verdict {
  readonly events: number;
  readonly turns: Readonly<Record<string, number>>;
  /** That left a trace in a workspace. */
  readonly commands: number;
  /** In words, one per thing that is wrong; empty when all is well. */
  readonly differences: readonly string[];
}

const pageEvents = 1_000;
const settleMs = 120_000;

export async function judge(world: World, crowd: Crowd, accepted: readonly Accepted[]): Promise<Verdict> {
  const app = openPool(world.database, "skein_app", { maxConnections: 2, silenceMs: null });
  try {
    const tenantId = await localTenant(world);
    const threadIds = (crowd.members[0]?.stores ?? []).map(({ threadId }) => threadId);
    const traces = await readTraces(world);
    const verdict = {
      events: 0,
      turns: {} as Record<string, number>,
      commands: traces.size,
      differences: [] as string[],
    };
    for (const threadId of threadIds) {
      const events = await readLog(app, tenantId, threadId);
      verdict.events += events.length;
      for (const event of events) {
        if (event.type === "turn.completed") verdict.turns[event.status] = (verdict.turns[event.status] ?? 0) + 1;
      }
      verdict.differences.push(...problemsOf(threadId, events), ...lostPrompts(threadId, events, accepted));
      verdict.differences.push(...wrongTraces(threadId, events, traces));
      verdict.differences.push(...(await otherViews(threadId, foldOf(threadId, events), crowd)));
    }
    return verdict;
  } finally {
    await app.end({ timeout: 1 });
  }
}

async function localTenant({ database }: World): Promise<string> {
  return asOwner(database, async (owner) => {
    const [tenant] = await owner<[{ id: string }]>`select id from tenants where local`;
    return tenant.id;
  });
}

/** How often each command ran, by the name of its trace. */
async function readTraces({ database }: World): Promise<ReadonlyMap<string, number>> {
  const rows = await asOwner(database, (owner) => owner<{ host_path: string }[]>`select host_path from workspaces`);
  const traces = new Map<string, number>();
  for (const { host_path: directory } of rows) {
    for (const name of await readdir(directory)) {
      if (!name.startsWith(tracePrefix)) continue;
      traces.set(name, (await readFile(join(directory, name), "utf8")).split("\n").length - 1);
    }
  }
  return traces;
}

async function asOwner<T>(database: DatabaseTarget, work: (owner: Sql) => Promise<T>): Promise<T> {
  const owner = openPool(database, "skein_owner", { maxConnections: 1, silenceMs: null });
  try {
    return await work(owner);
  } finally {
    await owner.end({ timeout: 1 });
  }
}

async function readLog(app: Sql, tenantId: string, threadId: string): Promise<readonly ThreadEvent[]> {
  const events: ThreadEvent[] = [];
  for (let more = true; more; ) {
    const after = events.at(-1)?.seq ?? 0;
    const page = await tenantScope(app)(tenantId, (sql) => readEvents(sql, threadId, after, pageEvents));
    if (page === null) throw new Error(`the thread ${threadId} is gone`);
    events.push(...page.events);
    more = page.more;
  }
  return events;
}

function foldOf(threadId: string, events: readonly ThreadEvent[]): Timeline {
  const folded = events.flatMap((event) => framedEventsOf(threadId, event)).reduce<Timeline>(reduce, emptyTimeline);
  return { ...folded, seq: events.at(-1)?.seq ?? 0 };
}

function problemsOf(threadId: string, events: readonly ThreadEvent[]): readonly string[] {
  return verifyLog(events).map(({ seq, problem }) => `${threadId}: event ${seq}: ${problem}`);
}

/** Every accepted prompt is in the log once, and every turn that was promised has ended. */
function lostPrompts(
  threadId: string,
  events: readonly ThreadEvent[],
  accepted: readonly Accepted[],
): readonly string[] {
  const seen = new Map<string, number>();
  const ended = new Set<string>();
  for (const event of events) {
    if (event.type === "turn.completed") ended.add(event.turnId);
    if (event.type !== "item.completed" || event.item.type !== "userMessage" || event.item.clientId === null) continue;
    seen.set(event.item.clientId, (seen.get(event.item.clientId) ?? 0) + 1);
  }
  const doubled = [...seen]
    .filter(([, times]) => times > 1)
    .map(([id, times]) => `${threadId}: ${id} ran ${times} times`);
  const mine = accepted.filter((prompt) => prompt.threadId === threadId);
  const lost = mine.filter((prompt) => !seen.has(prompt.clientUserMessageId) || !ended.has(prompt.turnId));
  return [
    ...doubled,
    ...lost.map(({ turnId }) => `${threadId}: the accepted turn ${turnId} is not in the log, or open`),
  ];
}

/** No command ran twice, and one that is said to have succeeded ran. */
function wrongTraces(
  threadId: string,
  events: readonly ThreadEvent[],
  traces: ReadonlyMap<string, number>,
): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== "item.completed" || event.item.type !== "command") return [];
    const name = new RegExp(`${tracePrefix}[0-9a-f-]+`).exec(event.item.command)?.[0] ?? "";
    const times = traces.get(name) ?? 0;
    const isWrong = times > 1 || (times === 0 && event.item.status === "completed");
    return isWrong ? [`${threadId}: the command ${name} is ${event.item.status} and ran ${times} times`] : [];
  });
}

async function otherViews(threadId: string, expected: Timeline, crowd: Crowd): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const [number, { stores }] of crowd.members.entries()) {
    const store = stores.find((candidate) => candidate.threadId === threadId) as ThreadStore;
    const atHead = ({ phase, timeline }: ThreadSnapshot) => phase.type === "live" && timeline?.seq === expected.seq;
    const isCurrent = await reached(store, atHead, AbortSignal.timeout(settleMs)).then(
      () => true,
      () => false,
    );
    while (isCurrent && (store.getSnapshot().timeline?.window.olderCursor ?? null) !== null) await store.loadOlder();
    const shown = visible(store.getSnapshot().timeline);
    if (!isCurrent)
      differences.push(`${threadId}: client ${number} stays at ${shown?.seq}, the log is at ${expected.seq}`);
    else if (!isDeepStrictEqual(shown, visible(expected)))
      differences.push(`${threadId}: client ${number} shows another timeline`);
  }
  return differences;
}
