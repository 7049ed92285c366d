import { expect, test } from "vitest";
import { openTestLog } from "../log/open-test-log.ts";
import { forgetCommands } from "./forget-commands.ts";

const { database, tenant, owner } = await openTestLog();

async function addReceipts(prefix: string, count: number, ageDays: number): Promise<void> {
  await owner`
    insert into thread_commands (tenant_id, principal, scope, key, method, input_hash, result, created_at)
    select ${tenant.tenantId}, 'someone', gen_random_uuid(), ${prefix} || n, 'turn/start', '\\x00', 'null', now() - make_interval(days => ${ageDays})
    from generate_series(1, ${count}) n`;
}

async function receipts(prefix: string): Promise<number> {
  const [row] = await owner<[{ count: bigint }]>`
    select count(*) from thread_commands where key like ${`${prefix}%`}`;
  return Number(row.count);
}

test("old receipts go in bounded steps, also when two nodes sweep at once, and young ones stay", async () => {
  await addReceipts("old-", 2_500, 31);
  await addReceipts("young-", 10, 29);
  const job = forgetCommands(database.log);
  expect(await job.run()).toBe(true);
  expect(await receipts("old-")).toBe(1_500);
  await Promise.all([job.run(), forgetCommands(database.log).run()]);
  while (await job.run());
  expect(await receipts("old-")).toBe(0);
  expect(await receipts("young-")).toBe(10);
});
