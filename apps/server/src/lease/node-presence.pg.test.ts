import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { type NodePresence, registerNode } from "./node-presence.ts";

let database: TestDatabase;
const present: NodePresence[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => {
  for (const one of present) await one.leave();
  await database.close();
});

async function register(nodeId: string, home = randomUUID(), leaseSeconds = 60) {
  const replaced: string[] = [];
  const terms = { log: database.log, nodeId, leaseSeconds };
  const presence = await registerNode(terms, { home, runners: [] }, { replaced: () => replaced.push(nodeId) });
  present.push(presence);
  return { presence, replaced, home };
}

test("a second process of the same name does not start while the first is there", async () => {
  const { presence } = await register("twin");
  await expect(register("twin")).rejects.toThrow(/^SKEIN_NODE_ID: a node called twin is running/);
  await presence.leave();
  await register("twin");
});

test("a node that was killed comes back at once in its own data directory", async () => {
  const { home } = await register("phoenix");
  await register("phoenix", home);
});

test("a name is free when its node has not been heard of for a lease", async () => {
  await register("late", randomUUID(), 0);
  await register("late");
});

test("whoever was replaced by a copy of its data directory learns of it", async () => {
  const first = await register("copied");
  const second = await register("copied", first.home);
  await first.presence.beat();
  await second.presence.beat();
  expect(first.replaced).toEqual(["copied"]);
  expect(second.replaced).toEqual([]);
});

test("nodes know which others are there", async () => {
  const { presence } = await register("here");
  const { presence: other } = await register("there");
  await presence.beat();
  expect(presence.live.map(({ id }) => id)).toEqual(expect.arrayContaining(["here", "there"]));
  await other.leave();
  await presence.beat();
  expect(presence.live.map(({ id }) => id)).not.toContain("there");
});

test("a node that leaves is not replaced, though a beat of its own finds it gone", async () => {
  const { presence, replaced } = await register("leaving");
  await presence.leave();
  await presence.beat();
  expect(replaced).toEqual([]);
});
