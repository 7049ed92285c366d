import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { makeThread } from "./testing.ts";
import { readThreadOwner } from "./thread-owner.ts";

let database: TestDatabase;
let tenant: TestTenant;

beforeAll(async () => {
  database = await openTestDatabase();
  tenant = await database.addTenant();
});
afterAll(() => database.close());

test("a thread is nearer to a node that is there and reaches its workspace, for those that do not", async () => {
  const workspaceId = randomUUID();
  const [near, gone] = [randomUUID(), randomUUID()];
  await database.withTenant(tenant.tenantId, async (sql) => {
    await sql`insert into workspaces (tenant_id, id, name, host_path, kind, runner)
      values (current_tenant(), ${workspaceId}, 'w', '/w', 'opened', 'local-near')`;
  });
  await database.log`select register_node('gone', ${gone}, ${gone}, -1, '{local-near}')`;
  const [there, nowhere] = [await makeThread(database, tenant, { workspaceId }), await makeThread(database, tenant)];
  const nearerTo = async (threadId: string, runners: readonly string[]) =>
    (await database.withTenant(tenant.tenantId, (sql) => readThreadOwner(sql, threadId, runners)))?.nearerNodeId;

  expect(await nearerTo(there.id, ["build"])).toBe(null);
  await database.log`select register_node('near', ${near}, ${near}, 3600, '{build,local-near}')`;
  expect(await nearerTo(there.id, ["build"])).toBe("near");
  expect(await nearerTo(there.id, ["build", "local-near"])).toBe(null);
  expect(await nearerTo(nowhere.id, ["build"])).toBe(null);
  expect(await nearerTo(randomUUID(), ["build"])).toBe(undefined);
});
