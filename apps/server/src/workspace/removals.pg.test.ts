/** What the death of a maker or of whoever removes leaves behind, over a runner that only writes down what it is asked. */
import { RunnerAbsent, type RunnerHost } from "@skein/executor/host/runner-host";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bySystem } from "../audit/actor.ts";
import { openTestDatabase, type TestDatabase, type TestTenant } from "../database/testing.ts";
import { finishMaking, markDeleted, noteProgress, removeLeftover, reserveWorkspace } from "./making-records.ts";
import { Removals } from "./removals.ts";
import { Runners } from "./runners.ts";
import { readWorkspace } from "./workspace-records.ts";

let database: TestDatabase;
let tenant: TestTenant;
let removed: string[];
let isAway: boolean;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = await database.addTenant();
  removed = [];
  isAway = false;
});

const host = {
  name: "here",
  removeDirectory: async (_tenant: unknown, name: string) => {
    if (isAway) throw new RunnerAbsent("here", "no route");
    removed.push(name);
  },
} as unknown as RunnerHost;

const open = () =>
  new Removals({
    withTenant: database.withTenant,
    log: database.log,
    runners: new Runners([host], { leaseMs: 10_000, patienceMs: 10_000 }),
    workspaces: { tenant: async (id) => ({ id, index: 0 }) },
    report: (problem, details) => expect.unreachable(`${problem} ${JSON.stringify(details)}`),
  });

const within = <T>(work: Parameters<typeof database.withTenant<T>>[1]) => database.withTenant(tenant.tenantId, work);

/** Its maker counts as alive for so long. */
const reserve = (name: string, validForMs: number) =>
  within((sql) => {
    const source = { type: "archive" as const, fileName: "a.zip" };
    const making = {
      name,
      hostPath: `/data/${tenant.tenantId}/${name}`,
      runner: "here",
      createdBy: tenant.userId,
      source,
    };
    return reserveWorkspace(sql, making, validForMs, bySystem);
  });

const stateOf = async (id: string) => (await within((sql) => readWorkspace(sql, id)))?.state;

test("a workspace whose maker is gone has failed, its files go, and its name is free", async () => {
  const [gone, alive] = [await reserve("gone", 0), await reserve("alive", 60_000)];
  expect(await reserve("gone", 60_000)).toBeNull();
  await open().sweep();
  expect(await stateOf(gone?.id ?? "")).toMatchObject({ type: "failed", message: expect.stringContaining("stopped") });
  expect(await stateOf(alive?.id ?? "")).toMatchObject({ type: "making" });
  expect(removed).toEqual(["gone"]);
  expect(await reserve("gone", 60_000)).not.toBeNull();
  await open().sweep();
  expect(removed).toEqual(["gone"]);
});

test("a maker that was taken for dead does not finish what has failed", async () => {
  const { id } = (await reserve("late", 0)) ?? expect.unreachable();
  await open().sweep();
  expect(await within((sql) => noteProgress(sql, id, null, { validForMs: 60_000, tenantMaxBytes: 1e9 }))).toBeNull();
  expect(await within((sql) => finishMaking(sql, id, { bytes: 1, files: 1 }, 1e9))).toBeNull();
  expect(await stateOf(id)).toMatchObject({ type: "failed" });
});

test("what could not be removed because the runner was away is removed when it is back, and holds its name until then", async () => {
  const { id } = (await reserve("held", 60_000)) ?? expect.unreachable();
  await within((sql) => markDeleted(sql, id, bySystem));
  isAway = true;
  await open().remove(tenant.tenantId, id);
  expect(await reserve("held", 60_000)).toBeNull();
  isAway = false;
  await open().sweep();
  expect(removed).toEqual(["held"]);
  expect(await reserve("held", 60_000)).not.toBeNull();
});

test("of two who remove at once one does, and a new workspace of the name is spared", async () => {
  const { id } = (await reserve("twice", 60_000)) ?? expect.unreachable();
  await within((sql) => markDeleted(sql, id, bySystem));
  const removing = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const first = within((sql) =>
    removeLeftover(sql, id, () => {
      begun.resolve();
      return removing.promise;
    }),
  );
  await begun.promise;
  await open().remove(tenant.tenantId, id);
  expect(removed).toEqual([]);
  removing.resolve();
  expect(await first).toBe(true);
  expect(await reserve("twice", 60_000)).not.toBeNull();
  await open().remove(tenant.tenantId, id);
  expect(removed).toEqual([]);
});
