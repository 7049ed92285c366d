import { expect, test } from "vitest";
import { bySystem } from "../audit/actor.ts";
import { openTestLog } from "../log/open-test-log.ts";
import { makeThread, newThread } from "../log/testing.ts";
import { ThreadDirectory } from "./thread-directory.ts";

const { database, tenant, owner } = await openTestLog();

test("however many forks wait for a thread, there are connections left for everybody else", async () => {
  const { withTenant } = database;
  const directory = new ThreadDirectory({
    withTenant,
    nodeId: "node-a",
    leaseSeconds: 60,
    runners: [],
    made: () => {},
  });
  const { tenantId } = tenant;
  const source = { tenantId, threadId: (await makeThread(database, tenant)).id };
  const other = await database.addTenant();
  const theirs = await makeThread(database, other);
  const { forks } = await owner.begin(async (sql) => {
    await sql`select from threads where id = ${source.threadId} for no key update`;
    const forking = Array.from({ length: 20 }, () => directory.fork(source, newThread(), bySystem));
    expect(await directory.find({ tenantId: other.tenantId, threadId: theirs.id })).toMatchObject({ id: theirs.id });
    return { forks: forking };
  });
  const made = await Promise.all(forks);
  expect(new Set(made.map((fork) => fork?.thread.threadId)).size).toBe(20);
  expect(made.every((fork) => fork?.fence === 1n)).toBe(true);
});
