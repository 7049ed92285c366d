import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OwnershipLost } from "@skein/core/ports";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { claimThread } from "../lease/leases.ts";
import { EventLog } from "../log/event-log.ts";
import { chunk, makeThread } from "../log/testing.ts";
import { checkIncarnation, markRestored } from "./incarnation.ts";
import { openPool, type Sql } from "./pools.ts";
import { openTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let owner: Sql;
let directory: string;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = openPool(database.target, "skein_owner", { maxConnections: 1, silenceMs: null });
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "skein-test-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test("a node keeps the incarnation that it first met", async () => {
  const first = await checkIncarnation(database.app, directory);
  expect(await checkIncarnation(database.app, directory)).toBe(first);
  expect(await readFile(join(directory, "incarnation"), "utf8")).toBe(`${first}\n`);
});

test("a node that knows another incarnation refuses, and names the command", async () => {
  await checkIncarnation(database.app, directory);
  const other = await mkdtemp(join(tmpdir(), "skein-test-"));
  await markRestored(owner, other);
  await expect(checkIncarnation(database.app, directory)).rejects.toThrow(/skein db restored/);
  await expect(checkIncarnation(database.app, other)).resolves.toBeTypeOf("string");
  await rm(other, { recursive: true });
});

test("after a restore no fence of the time before it can write, and the next claim is above all of them", async () => {
  const thread = await makeThread(database, await database.addTenant());
  const log = new EventLog(database.log);
  await markRestored(owner, directory);
  await expect(thread.write(log, chunk("t", "m", "x"))).rejects.toThrow(OwnershipLost);
  const claim = await claimThread({ log: database.log, nodeId: "node-b", leaseSeconds: 60 }, thread.id);
  expect(claim.type === "claimed" && claim.lease.fence > 2n ** 32n).toBe(true);
  await log.close();
});
