import { afterAll, beforeAll, expect, test } from "vitest";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { subjectsOf } from "../bus/subjects.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { EventLog } from "../log/event-log.ts";
import { makeThread, startedTurn } from "../log/testing.ts";
import { type AbandonedPorts, AbandonedThreads } from "./abandoned-threads.ts";
import { claimThread, type LeaseTerms, releaseLeases } from "./leases.ts";

let database: TestDatabase;
let tenant: TestTenant;
let log: EventLog;

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
  log = new EventLog(database.log);
});
afterAll(async () => {
  await log.close();
  await database.close();
});

const terms = (nodeId: string): LeaseTerms => ({ log: database.log, nodeId, leaseSeconds: 3600 });

/** More than a node takes at a time. */
const many = 70;

/** Threads in the middle of a turn whose owner has let them go. */
async function abandon(count: number): Promise<readonly string[]> {
  const threads = await Promise.all(Array.from({ length: count }, () => makeThread(database, tenant)));
  await Promise.all(threads.map((thread) => thread.write(log, startedTurn("t"))));
  await releaseLeases(
    terms("node-a"),
    threads.map(({ id }) => ({ threadId: id, fence: 1n })),
  );
  return threads.map(({ id }) => id);
}

function finder(nodeId: string, load: AbandonedPorts["load"], hub = new InProcessHub()) {
  return new AbandonedThreads(terms(nodeId), {
    ...{ bus: hub.join(), subjects: subjectsOf("db") },
    ...{ held: () => [], load, report: () => {} },
  });
}

test("one look takes all that is abandoned, however much it is", async () => {
  const threadIds = await abandon(many);
  const loaded: string[] = [];
  await finder("node-b", async ({ threadId }) => void loaded.push(threadId)).look();
  expect(loaded.toSorted()).toEqual(threadIds.toSorted());
});

test("what cannot be loaded is tried once in a look", async () => {
  const threadIds = new Set(await abandon(many));
  const tried: string[] = [];
  const failing = finder("node-c", async ({ threadId }) => {
    tried.push(threadId);
    const claim = await claimThread(terms("node-c"), threadId);
    if (claim.type === "claimed") await releaseLeases(terms("node-c"), [{ threadId, fence: claim.lease.fence }]);
    throw new Error("it cannot be read");
  });
  await failing.look();
  expect(tried.length).toBeGreaterThan(0);
  expect(new Set(tried).size).toBe(tried.length);
  expect(tried.filter((id) => !threadIds.has(id))).toEqual([]);
  await finder("node-c", async () => {}).look();
});

test("a node that is called looks at once, and once more for what was let go meanwhile", async () => {
  const hub = new InProcessHub();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const goOn = Promise.withResolvers<void>();
  const loaded: string[] = [];
  const caller = finder("node-d", async () => {}, hub);
  const called = finder(
    "node-e",
    async ({ threadId }) => {
      loaded.push(threadId);
      [first, second][loaded.length - 1]?.resolve();
      await goOn.promise;
    },
    hub,
  );
  await called.start();
  const [early] = await abandon(1);
  caller.call();
  await first.promise;
  const [late] = await abandon(1);
  for (let calls = 0; calls < 3; calls++) caller.call();
  goOn.resolve();
  await second.promise;
  expect(loaded).toEqual([early, late]);
  await called.stop();
});
