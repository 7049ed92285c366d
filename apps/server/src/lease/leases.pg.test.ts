import { OwnershipLost } from "@skein/core/ports";
import type { ThreadEventBody } from "@skein/timeline/event";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog } from "../log/event-log.ts";
import { chunk, completedTurn, makeThread, startedTurn } from "../log/testing.ts";
import {
  claimAbandonedThreads,
  claimThread,
  claimThreadsOfEarlierSelf,
  type LeaseTerms,
  releaseLeases,
  renewLeases,
  untilNextAbandoned,
} from "./leases.ts";

let database: TestDatabase;
let tenant: TestTenant;
let log: EventLog;
let owner: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 1, silenceMs: null });
  tenant = await database.addTenant();
  log = new EventLog(database.log);
});

afterAll(async () => {
  await log.close();
  await owner.end();
  await database.close();
});

/** Holds a thread's row, as a fork does while it copies, until what comes back is called. */
async function holdRow(threadId: string): Promise<() => Promise<void>> {
  const [locked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = owner.begin(async (tx) => {
    await tx`select from threads where id = ${threadId} for no key update`;
    locked.resolve();
    await released.promise;
  });
  await locked.promise;
  return async () => {
    released.resolve();
    await holding;
  };
}

/** The lease of threads in these tests has either an hour left, or ended a second ago. */
function node(nodeId: string, leaseSeconds = 3600): LeaseTerms {
  return { log: database.log, nodeId, leaseSeconds };
}

async function untilSomebodyWaits(): Promise<void> {
  await vi.waitUntil(async () => {
    const [row] = await database.log<[{ waiting: bigint }]>`
      select count(*) as waiting from pg_locks where not granted`;
    return row.waiting > 0n;
  });
}

test("a claim raises the fence, and the earlier owner can write no more", async () => {
  const thread = await makeThread(database, tenant);
  await releaseLeases(node("node-a"), [{ threadId: thread.id, fence: 1n }]);
  const claim = await claimThread(node("node-b"), thread.id);
  expect(claim).toEqual({
    type: "claimed",
    lease: { tenantId: tenant.tenantId, threadId: thread.id, fence: 2n, headSeq: 1, logEpoch: 1 },
  });
  await expect(thread.write(log, chunk("t", "m", "x"))).rejects.toThrow(OwnershipLost);
  thread.fence = 2n;
  expect(await thread.write(log, chunk("t", "m", "x"))).toEqual({ from: 2, to: 2 });
});

test("a thread is not claimed from a living owner", async () => {
  const thread = await makeThread(database, tenant);
  const claim = await claimThread(node("node-b"), thread.id);
  expect(claim).toEqual({ type: "ownedBy", nodeId: "node-a", remainingMs: expect.any(Number) });
});

test("of many nodes that claim at once, one wins", async () => {
  const thread = await makeThread(database, tenant);
  await releaseLeases(node("node-a"), [{ threadId: thread.id, fence: 1n }]);
  const claims = await Promise.all(
    Array.from({ length: 6 }, (_, index) => claimThread(node(`node-${index}`), thread.id)),
  );
  expect(claims.map(({ type }) => type).sort()).toEqual(["claimed", ...Array(5).fill("ownedBy")]);
});

test("an ended lease may be claimed by anyone, and renewed as long as nobody has", async () => {
  const thread = await makeThread(database, tenant);
  const held = [{ threadId: thread.id, fence: 1n }];
  const renewed = { renewed: new Set([thread.id]), locked: new Set() };
  expect(await renewLeases(node("node-a", -1), held)).toEqual(renewed);
  expect(await renewLeases(node("node-a", -1), held)).toEqual(renewed);
  expect(await claimThread(node("node-b"), thread.id)).toMatchObject({ type: "claimed", lease: { fence: 2n } });
  expect(await renewLeases(node("node-a"), held)).toEqual({ renewed: new Set(), locked: new Set() });
});

test("a thread whose row somebody holds costs no other its lease, and is neither renewed nor lost", async () => {
  const [copied, other, gone] = await Promise.all(Array.from({ length: 3 }, () => makeThread(database, tenant)));
  if (copied === undefined || other === undefined || gone === undefined) throw new Error("no threads");
  const held = [copied, other, gone].map(({ id, fence }) => ({ threadId: id, fence }));
  await releaseLeases(node("node-a"), [{ threadId: gone.id, fence: 1n }]);
  const letGo = await holdRow(copied.id);
  const renewed = { renewed: new Set([other.id]), locked: new Set([copied.id]) };
  expect(await renewLeases(node("node-a"), held)).toEqual(renewed);
  expect(await renewLeases(node("node-a"), held.slice(0, 1), 20)).toEqual({ ...renewed, renewed: new Set() });
  await letGo();
  expect(await renewLeases(node("node-a"), held.slice(0, 1))).toEqual({
    renewed: new Set([copied.id]),
    locked: new Set(),
  });
});

test("the row of one thread is waited for", async () => {
  const thread = await makeThread(database, tenant);
  const held = [{ threadId: thread.id, fence: 1n }];
  const letGo = await holdRow(thread.id);
  const renewal = renewLeases(node("node-a"), held, 60_000);
  await untilSomebodyWaits();
  await letGo();
  expect(await renewal).toEqual({ renewed: new Set([thread.id]), locked: new Set() });
});

test("a lease is released without waiting for a row for long; where that fails it ends by itself", async () => {
  const [copied, other] = [await makeThread(database, tenant), await makeThread(database, tenant)];
  const held = [copied, other].map(({ id }) => ({ threadId: id, fence: 1n }));
  const letGo = await holdRow(copied.id);
  await releaseLeases(node("node-a"), held);
  await releaseLeases(node("node-a"), held.slice(0, 1), 20);
  await letGo();
  expect(await claimThread(node("node-b"), copied.id)).toMatchObject({ type: "ownedBy", nodeId: "node-a" });
  expect(await claimThread(node("node-b"), other.id)).toMatchObject({ type: "claimed" });
});

test("a released fence writes nothing", async () => {
  const thread = await makeThread(database, tenant);
  await releaseLeases(node("node-a"), [{ threadId: thread.id, fence: 1n }]);
  await expect(thread.write(log, chunk("t", "m", "x"))).rejects.toThrow(OwnershipLost);
});

test("of threads without waiting messages only those in the middle of a turn are taken over from dead nodes, each by one node", async () => {
  const running = await Promise.all(Array.from({ length: 6 }, () => makeThread(database, tenant)));
  const finished = await makeThread(database, tenant);
  const living = await makeThread(database, tenant);
  for (const thread of [...running, finished, living]) await thread.write(log, startedTurn("t"));
  await finished.write(log, completedTurn("t"));
  const ended = [...running, finished].map(({ id }) => ({ threadId: id, fence: 1n }));
  await renewLeases(node("node-a", -1), ended);

  const claims = await Promise.all([
    claimAbandonedThreads(node("node-b"), [], 4),
    claimAbandonedThreads(node("node-c"), [], 4),
  ]);
  const rest = await claimAbandonedThreads(node("node-c"), [], 100);

  const taken = [...claims.flat(), ...rest].map(({ threadId }) => threadId);
  expect(taken.toSorted()).toEqual(running.map(({ id }) => id).toSorted());
});

test("threads whose next message would start by itself are taken over; those where it waits for somebody are not", async () => {
  const add = {
    type: "queue.added",
    message: { id: "m", clientId: "m", content: [], metadata: null, actor: null },
  } as const;
  const take = { type: "queue.taken", messageId: "m", turnId: "t2" } as const;
  const ended = [startedTurn("t"), completedTurn("t")];
  const interrupted = [startedTurn("t"), { ...completedTurn("t"), status: "interrupted" } as ThreadEventBody];
  const warning = { type: "warning.reported", turnId: null, message: "could not be started", runner: null } as const;
  const logs: Record<string, readonly ThreadEventBody[]> = {
    neverRan: [add],
    waits: [...ended, add],
    paused: [...interrupted, add],
    goesOnAfterPause: [...interrupted, add, startedTurn("t1"), completedTurn("t1")],
    taken: [...ended, add, startedTurn("t2"), take, completedTurn("t2")],
    takenBack: [...ended, add, { type: "queue.removed", messageId: "m" }],
    couldNotStart: [...ended, add, warning],
  };
  const names = new Map<string, string>();
  for (const [name, events] of Object.entries(logs)) {
    const thread = await makeThread(database, tenant);
    await thread.write(log, ...events);
    names.set(thread.id, name);
  }
  const archived = await makeThread(database, tenant);
  await archived.write(log, add, { type: "thread.archived" });
  const held = [...names.keys(), archived.id].map((threadId) => ({ threadId, fence: 1n }));
  expect((await claimAbandonedThreads(node("node-b"), [], 100)).filter(({ threadId }) => names.has(threadId))).toEqual(
    [],
  );
  await renewLeases(node("node-a", -1), held);
  const claimed = await claimAbandonedThreads(node("node-b"), [], 100);
  expect(claimed.map(({ threadId }) => names.get(threadId)).toSorted()).toEqual([
    "goesOnAfterPause",
    "neverRan",
    "waits",
  ]);
});

test("an ephemeral thread whose node is gone is taken over, so that somebody deletes it when nobody follows it", async () => {
  const [left, living] = [
    await makeThread(database, tenant, { ephemeral: true }),
    await makeThread(database, tenant, { ephemeral: true }),
  ];
  await renewLeases(node("node-a", -1), [{ threadId: left.id, fence: 1n }]);
  const claimed = await claimAbandonedThreads(node("node-b"), [], 100);
  const mine = [left.id, living.id];
  expect(claimed.map(({ threadId }) => threadId).filter((id) => mine.includes(id))).toEqual([left.id]);
});

test("a node takes over its earlier self's running threads without waiting for their leases", async () => {
  const thread = await makeThread(database, tenant);
  await releaseLeases(node("node-a"), [{ threadId: thread.id, fence: 1n }]);
  await claimThread(node("node-r"), thread.id);
  thread.fence = 2n;
  await thread.write(log, startedTurn("t"));
  const claimed = await claimThreadsOfEarlierSelf(node("node-r"));
  expect(claimed).toEqual([expect.objectContaining({ threadId: thread.id, fence: 3n, headSeq: 2 })]);
});

test("a thread that does not exist is gone", async () => {
  expect(await claimThread(node("node-a"), "01a1f863-49e3-7890-b345-90a5d2f3d35d")).toEqual({ type: "gone" });
});

test("what a node has given up because it could not renew it is abandoned too, what it holds is not", async () => {
  const [given, held] = [await makeThread(database, tenant), await makeThread(database, tenant)];
  for (const thread of [given, held]) await thread.write(log, startedTurn("t"));
  await renewLeases(
    node("node-a", -1),
    [given, held].map(({ id }) => ({ threadId: id, fence: 1n })),
  );
  const claimed = await claimAbandonedThreads(node("node-a"), [held.id], 100);
  expect(claimed.map(({ threadId }) => threadId)).toEqual([given.id]);
});

test("it is known when the first thread that others run is abandoned", async () => {
  const [longGone, other] = [await makeThread(database, tenant), await makeThread(database, tenant)];
  for (const thread of [longGone, other]) await thread.write(log, startedTurn("t"));
  await renewLeases(node("node-a", -1000), [{ threadId: longGone.id, fence: 1n }]);
  expect(await untilNextAbandoned({ log: database.log }, [])).toBeLessThan(-900_000);
  expect(await untilNextAbandoned({ log: database.log }, [longGone.id])).toBeGreaterThan(-900_000);
});

test("a claim does not wait for whoever holds the thread's row, and keeps nobody else from claiming", async () => {
  const [thread, other] = await Promise.all([makeThread(database, tenant), makeThread(database, tenant)]);
  await releaseLeases(
    node("node-a"),
    [thread, other].map(({ id }) => ({ threadId: id, fence: 1n })),
  );
  await database.administer((sql) =>
    sql.begin(async (fork) => {
      await fork`select from threads where id = ${thread.id} for no key update`;
      const claims = Array.from({ length: 6 }, () => claimThread(node("node-b"), thread.id));
      expect(await Promise.all(claims)).toEqual(claims.map(() => ({ type: "locked" })));
      expect(await claimThread(node("node-b"), other.id)).toMatchObject({ type: "claimed" });
    }),
  );
  expect(await claimThread(node("node-b"), thread.id)).toMatchObject({ type: "claimed", lease: { fence: 2n } });
});
