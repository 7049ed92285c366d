import { afterAll, beforeAll, expect, test } from "vitest";
import { readLines } from "../audit/read-lines.ts";
import { openPool, type Sql } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { tenantScope } from "../database/with-tenant.ts";
import { setUsageTerms } from "../usage/set-usage-terms.ts";
import { budget } from "./budget.ts";
import { budgetList } from "./budget-list.ts";
import { budgetMember } from "./budget-member.ts";
import type { OperatorCommand } from "./command.ts";

let database: TestDatabase;
let owner: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 2, silenceMs: null });
  await setUsageTerms(database.log, {
    windows: { primaryMinutes: 300, secondaryMinutes: 10_080 },
    allowance: { primary: null, secondary: null },
    pool: { primary: 1_000, secondary: null },
    answerTokens: 10,
    turns: { node: 1, tenant: 1, user: 1 },
  });
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

async function run(command: OperatorCommand, words: readonly string[], options: Record<string, string | boolean> = {}) {
  const said: string[] = [];
  const ports = { owner, withTenant: tenantScope(owner), dataDirectory: "", secrets: [], serverIsRunning: false };
  const output = { say: (line: string) => said.push(line), write: async () => {} };
  await command.run({ words, options, database: { ...ports, close: async () => {} }, output });
  return said.join("\n");
}

test("a tenant's figures are set, added to, listed and given back, and the audit log knows of each change", async () => {
  const { tenantId } = await database.addTenant();
  const other = await database.addTenant();
  expect(await run(budget, [tenantId])).toContain("0 of 1000 tokens in the primary window");
  const set = await run(budget, [tenantId], { pool: "5000/-", allowance: "10/20", "add-credits": "700" });
  expect(set).toContain("0 of 5000 tokens in the primary window, 0 of no limit tokens in the secondary window");
  expect(set).toContain("Allowance of each member: 10 and 20. Credits: 700.");
  expect(await run(budget, [tenantId], { "add-credits": "-200" })).toContain("Credits: 500.");
  const lines = (await run(budgetList, [])).split("\n");
  const lineOf = (id: string) => lines.find((line) => line.startsWith(id));
  expect(lineOf(tenantId)).toMatch(/ {2}0\/5000 {2}0\/- {2}credits 500 {2}own figures {2}"/);
  expect(lineOf(other.tenantId)).toMatch(/ {2}0\/1000 {2}0\/- {2}credits 0 {2}the server's figures {2}"/);
  const back = await run(budget, [tenantId], { default: true });
  expect(back).toContain("0 of 1000 tokens");
  expect(back).toContain("Credits: 500.");
  const told = await database.withTenant(tenantId, (sql) => readLines(sql, {}, null, 10));
  expect(told.map(({ details }) => details)).toEqual(Array(3).fill({ command: "budget", rows: null }));
});

test("what cannot be understood changes nothing", async () => {
  const { tenantId } = await database.addTenant();
  await expect(run(budget, [tenantId], { "add-credits": "5", pool: "many" })).rejects.toThrow(/^--pool must be/);
  await expect(run(budget, [crypto.randomUUID()], { "add-credits": "5" })).rejects.toThrow(/^there is no tenant/);
  expect(await run(budget, [tenantId])).toContain("Credits: 0.");
  expect(await database.withTenant(tenantId, (sql) => readLines(sql, {}, null, 1))).toEqual([]);
});

test("a member's limit is set and cleared", async () => {
  const { tenantId, userId } = await database.addTenant();
  expect(await run(budgetMember, [tenantId, userId])).toContain("0/- tokens in the primary window");
  expect(await run(budgetMember, [tenantId, userId], { limit: "70/-" })).toBe(
    "0/70 tokens in the primary window\n0/- tokens in the secondary window",
  );
  expect(await run(budgetMember, [tenantId, userId], { clear: true })).toContain("0/- tokens in the primary window");
  const stranger = await database.addTenant();
  await expect(run(budgetMember, [tenantId, stranger.userId], { limit: "1/1" })).rejects.toThrow(/has no member/);
  await expect(run(budgetMember, [tenantId, userId], { limit: "x" })).rejects.toThrow(/^--limit must be/);
  const told = await database.withTenant(tenantId, (sql) => readLines(sql, {}, null, 10));
  expect(told).toMatchObject(Array(2).fill({ subject: userId, details: { command: "budget member", rows: 1 } }));
});
