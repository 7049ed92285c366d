import { expect, test } from "vitest";
import { openTestLog } from "./open-test-log.ts";
import { findApproval } from "./read-approvals.ts";
import { makeThread, startedTurn, type ThreadWriter } from "./testing.ts";

const { database, tenant, log } = await openTestLog();

const about = { turnId: "t1", itemId: "i1", approvalId: "approval" };
const request = { type: "patch", reason: null, grantRoot: null, changes: [] } as never;
const find = () => database.withTenant(tenant.tenantId, (sql) => findApproval(sql, "approval"));

function ask(thread: ThreadWriter) {
  return thread.write(log, startedTurn("t1"), { type: "approval.requested", ...about, request });
}

function resolve(thread: ThreadWriter, outcome: { type: "withdrawn" } | { type: "decided"; decision: "accept" }) {
  return thread.write(log, { type: "approval.resolved", ...about, outcome, actor: null });
}

test("of a thread and its copy with the same approvals, the one that waits is found, and then the original's", async () => {
  const original = await makeThread(database, tenant);
  const copy = await makeThread(database, tenant);
  // The rows of the original may be the younger ones: projections are rebuilt.
  await ask(copy);
  await resolve(copy, { type: "withdrawn" });
  await ask(original);
  expect(await find()).toMatchObject({ threadId: original.id, outcome: null });
  await resolve(original, { type: "decided", decision: "accept" });
  expect(await find()).toMatchObject({ threadId: original.id, outcome: { type: "decided", decision: "accept" } });
});
