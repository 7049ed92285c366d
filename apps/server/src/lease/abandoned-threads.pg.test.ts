import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog } from "../log/event-log.ts";
import { makeThread, startedTurn, type ThreadWriter } from "../log/testing.ts";
import { AbandonedThreads } from "./abandoned-threads.ts";
import { claimAbandonedThreads, claimThread, type LeaseTerms, releaseLeases } from "./leases.ts";
import { type NodePresence, registerNode } from "./node-presence.ts";

let database: TestDatabase;
let tenant: TestTenant;
let log: EventLog;
const present: NodePresence[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
  log = new EventLog(database.log);
});
afterAll(async () => {
  for (const node of present) await node.leave();
  await log.close();
  await database.close();
});

const terms = (nodeId: string): LeaseTerms => ({ log: database.log, nodeId, leaseSeconds: 3600 });

/** More than a node takes at a time. */
const many = 70;

/** A node that is there and says which runners it reaches. */
async function register(nodeId: string, runners: readonly string[]): Promise<NodePresence> {
  const presence = await registerNode(terms(nodeId), { home: randomUUID(), runners }, { replaced: () => {} });
  present.push(presence);
  return presence;
}

/** A thread in the middle of a turn that its owner has let go; `runner`: where its workspace is. */
async function abandon(runner: string | null = null): Promise<ThreadWriter> {
  const workspaceId = runner === null ? null : randomUUID();
  if (runner !== null) {
    await database.withTenant(tenant.tenantId, async (sql) => {
      await sql`insert into workspaces (tenant_id, id, name, host_path, kind, runner)
        values (current_tenant(), ${workspaceId}, 'w', ${`/w/${workspaceId}`}, 'opened', ${runner})`;
    });
  }
  const thread = await makeThread(database, tenant, { workspaceId });
  await thread.write(log, startedTurn("t"));
  await releaseLeases(terms("node-a"), [{ threadId: thread.id, fence: 1n }]);
  return thread;
}

async function abandonMany(): Promise<readonly string[]> {
  const threads = await Promise.all(Array.from({ length: many }, () => abandon()));
  return threads.map(({ id }) => id);
}

interface Watching {
  readonly load?: (threadId: string) => Promise<void>;
  readonly runners?: readonly string[];
  readonly hub?: InProcessHub;
}

/** What a node takes and gives, and what it says of it. What it gives away goes as it came. */
function watchOver(nodeId: string, { load = async () => {}, runners = [], hub = new InProcessHub() }: Watching) {
  const [taken, givenAway, reports] = [[] as string[], [] as string[], [] as object[]];
  const threads: AbandonedThreads = new AbandonedThreads(terms(nodeId), runners, {
    ...{ bus: hub.join(), subjects: subjectsOf("db") },
    held: () => taken.filter((threadId) => !givenAway.includes(threadId)),
    load: async ({ threadId }) => {
      await load(threadId);
      taken.push(threadId);
    },
    giveAway: async (threadId) => {
      await releaseLeases(terms(nodeId), [{ threadId, fence: await fenceOf(threadId) }]);
      givenAway.push(threadId);
      threads.call();
    },
    report: (problem, details) => reports.push({ problem, ...details }),
  });
  return { threads, taken, givenAway, reports };
}

async function fenceOf(id: string): Promise<bigint> {
  const [row] = await database.withTenant(
    tenant.tenantId,
    (sql) => sql<[{ fence: bigint }]>`select fence from threads where id = ${id}`,
  );
  return row.fence;
}

test("one look takes all that is abandoned, however much it is", async () => {
  const threadIds = await abandonMany();
  const { threads, taken } = watchOver("node-b", {});
  await threads.look();
  expect(taken.toSorted()).toEqual(threadIds.toSorted());
});

test("what cannot be loaded is tried once in a look, and does not hide what can", async () => {
  const threadIds = await abandonMany();
  const tried: string[] = [];
  const { threads, taken } = watchOver("node-c", {
    load: async (threadId) => {
      tried.push(threadId);
      // As loading a thread does, which claims it anew.
      const claim = await claimThread(terms("node-c"), threadId);
      if (tried.length === many) return;
      if (claim.type === "claimed") await releaseLeases(terms("node-c"), [{ threadId, fence: claim.lease.fence }]);
      throw new Error("it cannot be read");
    },
  });
  await threads.look();
  expect(tried.toSorted()).toEqual(threadIds.toSorted());
  expect(taken).toEqual(tried.slice(-1));
  await watchOver("node-c", {}).threads.look();
});

test("a node that is called looks at once, and once more for what was let go meanwhile", async () => {
  const hub = new InProcessHub();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const goOn = Promise.withResolvers<void>();
  const loaded: string[] = [];
  const caller = watchOver("node-d", { hub });
  const called = watchOver("node-e", {
    hub,
    load: async (threadId) => {
      loaded.push(threadId);
      [first, second][loaded.length - 1]?.resolve();
      await goOn.promise;
    },
  });
  await called.threads.start();
  const early = await abandon();
  caller.threads.call();
  await first.promise;
  const late = await abandon();
  for (let calls = 0; calls < 3; calls++) caller.threads.call();
  goOn.resolve();
  await second.promise;
  expect(loaded).toEqual([early.id, late.id]);
  await called.threads.stop();
});

test("a thread that a node cannot take is left to the others at once, and not claimed again before a pause is over", async () => {
  const [unreadable, sound] = [await abandon(), await abandon()];
  const unknown = new Error("a version that this build does not know");
  const { threads, taken, reports } = watchOver("older", {
    load: async (threadId) => {
      if (threadId === unreadable.id) throw unknown;
    },
  });
  for (let looks = 0; looks < 3; looks += 1) await threads.look();
  expect(taken).toEqual([sound.id]);
  expect(await fenceOf(unreadable.id)).toBe(2n);
  expect(threads.leftCount).toBe(1);
  expect(reports).toEqual([
    {
      problem: "a thread at work could not be taken, and is left to other nodes",
      ...{ tenantId: tenant.tenantId, threadId: unreadable.id, triedAgainInMs: 300_000, err: unknown },
    },
  ]);
  const claimed = await claimAbandonedThreads(terms("newer"), [], 100);
  expect(claimed.map(({ threadId }) => threadId)).toEqual([unreadable.id]);
});

test("whoever leaves a thread to the others tells them", async () => {
  const hub = new InProcessHub();
  const readable = Promise.withResolvers<string>();
  const newer = watchOver("tells-newer", { hub, load: async (threadId) => readable.resolve(threadId) });
  await newer.threads.start();
  const thread = await abandon();
  const older = watchOver("tells-older", { hub, load: () => Promise.reject(new Error("it cannot be read")) });
  await older.threads.look();
  expect(await readable.promise).toBe(thread.id);
  expect(older.taken).toEqual([]);
  await newer.threads.stop();
});

test("what only another node can work on is taken while that is not there, and goes to it when it is", async () => {
  const hub = new InProcessHub();
  const near = watchOver("near", { hub, runners: ["local-near"] });
  await register("near", ["local-near"]);
  const [remote, own, anywhere] = [await abandon("local-far"), await abandon("local-near"), await abandon()];
  await near.threads.start();
  // Nobody reaches the workspace of the first, and a turn that waits can be watched and interrupted.
  expect(near.taken.toSorted()).toEqual([remote.id, own.id, anywhere.id].toSorted());
  // Another that does not reach it either changes nothing, now and when the thread is let go.
  const third = watchOver("third", { hub, runners: ["local-third"] });
  await register("third", ["local-third"]);
  await third.threads.start();
  await near.threads.look();
  expect(near.givenAway).toEqual([]);

  const presence = await register("far", ["local-far", "build"]);
  const home = Promise.withResolvers<string>();
  const far = watchOver("far", { hub, runners: ["local-far", "build"], load: async (id) => home.resolve(id) });
  // That it is there is enough.
  await far.threads.start();
  expect(await home.promise).toBe(remote.id);
  expect(near.givenAway).toEqual([remote.id]);
  expect(await fenceOf(remote.id)).toBe(3n);

  const late = await abandon("build");
  await near.threads.look();
  // Not claimed, and so not to be given back.
  expect(await fenceOf(late.id)).toBe(1n);
  await third.threads.look();
  await third.threads.stop();
  expect(third.taken).toEqual([]);
  await far.threads.stop();
  await presence.withdrawRunners();
  await near.threads.look();
  expect(near.taken).toContain(late.id);
  expect(near.givenAway).toEqual([remote.id]);
  expect([...near.reports, ...far.reports]).toEqual([]);
  await near.threads.stop();
});

test("of two nodes that reach the same runner neither leaves a thread to the other", async () => {
  const [one, two] = [watchOver("one", { runners: ["shared"] }), watchOver("two", { runners: ["shared"] })];
  for (const nodeId of ["one", "two"]) await register(nodeId, ["shared"]);
  const thread = await abandon("shared");
  for (const { threads } of [one, two, one, two]) await threads.look();
  expect([one.taken, two.taken, one.givenAway, two.givenAway]).toEqual([[thread.id], [], [], []]);
});
