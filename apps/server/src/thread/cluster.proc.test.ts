/** Nodes that die, stand still, lose the bus or the database: their threads go on, and every follower sees what the log has. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogVerifier } from "@skein/timeline/verify/verify-log";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { readEvents } from "../log/read-events.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { prompt, says, saysAround } from "../testing/prompts.ts";
import { openProcessCluster, type ProcessCluster } from "../testing/spawn-cluster.ts";
import type { ServerProcess } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

let cluster: ProcessCluster;

beforeAll(async () => {
  cluster = await openProcessCluster();
});
afterAll(() => cluster.stop());

const withoutTools = { environments: [] };
const hourMs = 3_600_000;

/** A turn without the bus takes other nodes about a second to see: sixty are a minute of it. */
const turnsWithoutBus = Math.max(6, Math.ceil(Number(process.env.SKEIN_TEST_RUNS ?? 0) * 0.03));

interface Frame {
  readonly from: number;
  readonly to: number;
  readonly events: readonly { readonly seq: number; readonly method: string }[];
}

/** The seqs that the client was shown of the thread, in their order; the frames must join without a gap. */
function shown(client: TestClient, threadId: string): readonly string[] {
  const frames = client
    .notifications("skein/thread/events")
    .map(({ params }) => params as Frame & { threadId: string })
    .filter((frame) => frame.threadId === threadId);
  for (const [index, frame] of frames.entries()) {
    const before = frames[index - 1];
    if (before !== undefined) expect(frame.from).toBe(before.to);
  }
  return frames.flatMap(({ events }) => events.map(({ seq, method }) => `${seq} ${method}`));
}

/** Resolves when the client has been shown the end of the turn. */
function shownEnd(client: TestClient, turnId: string) {
  return client.notified("skein/thread/events", ({ events }) =>
    events.some(
      ({ method, params }: { method: string; params: { turn: { id: string } } }) =>
        method === "turn/completed" && params.turn.id === turnId,
    ),
  );
}

/** Resolves when the client has been shown streamed text. */
function shownText(client: TestClient) {
  return client.notified("skein/thread/events", ({ events }) =>
    events.some(({ method }: { method: string }) => method === "item/agentMessage/delta"),
  );
}

/** What is wrong with the thread's log. */
async function logProblems(node: ServerProcess, threadId: string) {
  const session = await fetch(`${node.url}/api/session`, { headers: { authorization: `Bearer ${accessToken}` } });
  const { tenantId } = (await session.json()) as { tenantId: string };
  const page = await cluster.database.withTenant(tenantId, (sql) => readEvents(sql, threadId, 0, 100_000));
  if (page === null) throw new Error(`there is no thread ${threadId}`);
  const verifier = createLogVerifier();
  return [...page.events.flatMap((event) => verifier.add(event)), ...verifier.end(page.headSeq)];
}

/** Both have been shown the same of the thread, without gaps, and its turns are as expected. */
async function expectSame(clients: readonly TestClient[], threadId: string, turns: readonly object[]) {
  const [first] = clients;
  for (const client of clients) {
    expect(shown(client, threadId)).toEqual(shown(first as TestClient, threadId));
    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns).toMatchObject(turns);
  }
}

function releaseTwice(gate: string): void {
  for (let count = 0; count < 2; count++) cluster.model.releaseGate(gate);
}

test("the owner is killed in mid-turn: another node goes on, and followers of a third see it all", async () => {
  const nodes = [await cluster.start("kill-a"), await cluster.start("kill-b"), await cluster.start("kill-c")] as const;
  const [starter, viewer, other] = [
    await cluster.join(nodes[0]),
    await cluster.join(nodes[1]),
    await cluster.join(nodes[2]),
  ];
  const threadId = await startThread(starter, withoutTools);
  for (const client of [viewer, other]) await client.request("thread/resume", { threadId });
  const turnId = await startTurn(starter, threadId, saysAround("kill", "Before", " and after."));
  await cluster.model.gateReached("kill");
  await nodes[0].kill();
  await cluster.model.gateReached("kill", 2);
  releaseTwice("kill");
  await Promise.all([shownEnd(viewer, turnId), shownEnd(other, turnId)]);
  await expectSame([viewer, other], threadId, [{ id: turnId, status: "completed" }]);
  const next = await startTurn(other, threadId, [says("Still here.")]);
  await Promise.all([shownEnd(viewer, next), shownEnd(other, next)]);
  expect(await logProblems(nodes[1], threadId)).toEqual([]);
});

test("an owner that stood still past its lease writes nothing when it goes on", async () => {
  const [owner, second] = [await cluster.start("still-a"), await cluster.start("still-b")];
  const [starter, viewer] = [await cluster.join(owner), await cluster.join(second)];
  const threadId = await startThread(starter, withoutTools);
  await viewer.request("thread/resume", { threadId });
  const turnId = await startTurn(starter, threadId, saysAround("still", "Before", " and after."));
  await cluster.model.gateReached("still");
  await Promise.all([starter, viewer].map((client) => shownText(client)));
  owner.standStill();
  await cluster.model.gateReached("still", 2);
  // Both have their model's answer now: the new owner, and the old one, who does not know that it is the old one.
  releaseTwice("still");
  await shownEnd(viewer, turnId);
  owner.goOn();
  await shownEnd(starter, turnId);
  await starter.request("thread/name/set", { threadId, name: "By the old owner's client" });
  const isNamed = ({ threadId: id }: { threadId: string }) => id === threadId;
  await Promise.all([viewer, starter].map((client) => client.request("thread/read", { threadId })));
  await viewer.notified("skein/thread/events", isNamed);
  await expectSame([viewer], threadId, [{ id: turnId, status: "completed" }]);
  expect(await logProblems(second, threadId)).toEqual([]);
  const { thread } = await starter.request("thread/read", { threadId, includeTurns: true });
  const texts = thread.turns[0].items.map(({ text }: { text?: string }) => text).filter(Boolean);
  expect(texts).toEqual(["Before", "Before and after."]);
});

test("what the bus loses, doubles and delays nobody misses", async () => {
  const faults = { lost: 0.1, doubled: 0.1, late: 0.1 };
  const nodes = [await cluster.start("faulty-a", { faults }), await cluster.start("faulty-b", { faults })] as const;
  const [starter, viewer] = [await cluster.join(nodes[0]), await cluster.join(nodes[1])];
  const threadId = await startThread(starter, withoutTools);
  await viewer.request("thread/resume", { threadId });
  const before = shown(starter, threadId).length;
  for (let round = 0; round < 10; round++) {
    const words = Array.from({ length: 20 }, (_, index) => `word ${index} `);
    const turnId = await startTurn(round % 2 === 0 ? viewer : starter, threadId, [says(...words)]);
    await Promise.all([shownEnd(viewer, turnId), shownEnd(starter, turnId)]);
  }
  const seen = shown(viewer, threadId);
  expect(shown(starter, threadId).slice(before).slice(-seen.length)).toEqual(seen);
  expect(await logProblems(nodes[0], threadId)).toEqual([]);
});

test("without the bus threads go on, and followers at other nodes see them by way of the log", async () => {
  const [owner, second] = [await cluster.start("off-a"), await cluster.start("off-b")];
  const [starter, viewer] = [await cluster.join(owner), await cluster.join(second)];
  const threadId = await startThread(starter, withoutTools);
  await viewer.request("thread/resume", { threadId });
  await cluster.nats.kill();
  const turnId = await startTurn(starter, threadId, [says("Without", " a", " bus.")]);
  await shownEnd(viewer, turnId);
  const ready = await fetch(`${second.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ bus: expect.stringMatching(/^other nodes cannot be reached/) });
  await cluster.nats.start();
  const next = await startTurn(viewer, threadId, [says("With it.")]);
  await Promise.all([shownEnd(viewer, next), shownEnd(starter, next)]);
});

test("threads that run while the bus is away for long miss nothing, and nobody starts a turn twice", async () => {
  const nodes = [await cluster.start("long-a"), await cluster.start("long-b")] as const;
  const [first, second] = [await cluster.join(nodes[0]), await cluster.join(nodes[1])];
  const [ofFirst, ofSecond] = [await startThread(first, withoutTools), await startThread(second, withoutTools)];
  const threads = [
    { threadId: ofFirst, owner: first, viewer: second },
    { threadId: ofSecond, owner: second, viewer: first },
  ];
  for (const { threadId, viewer } of threads) await viewer.request("thread/resume", { threadId });
  // What the viewer of a thread wants of its owner is refused, and may be asked again.
  const wanted = { threadId: ofFirst, input: prompt([says("Heard at last.")]), clientUserMessageId: "unheard" };
  await cluster.nats.kill();
  for (let turn = 0; turn < turnsWithoutBus; turn += 1) {
    const words = Array.from({ length: 5 }, (_, index) => `turn ${turn}, word ${index} `);
    const ended = threads.map(async ({ threadId, owner, viewer }) => {
      const turnId = await startTurn(owner, threadId, [says(...words)]);
      await Promise.all([shownEnd(owner, turnId), shownEnd(viewer, turnId)]);
    });
    await Promise.all(ended);
  }
  expect((await second.ask("turn/start", wanted)).error).toMatchObject({ data: { kind: "ownerUnavailable" } });
  await cluster.nats.start();
  let answer = await second.ask("turn/start", wanted);
  while (answer.error !== undefined) answer = await second.ask("turn/start", wanted);
  const last = answer.result.turn.id;
  await Promise.all([shownEnd(first, last), shownEnd(second, last)]);
  for (const { threadId, owner, viewer } of threads) {
    const seen = shown(viewer, threadId);
    expect(seen.filter((event) => event.endsWith("turn/completed"))).toHaveLength(
      turnsWithoutBus + (threadId === ofFirst ? 1 : 0),
    );
    expect(shown(owner, threadId).slice(-seen.length)).toEqual(seen);
    expect(await logProblems(nodes[0], threadId)).toEqual([]);
  }
});

test("a node cut off from the database is replaced, and comes back by itself", async () => {
  const { target } = cluster.database;
  if (target.type !== "socket") throw new Error("the test cluster has a socket");
  const place = join(await mkdtemp(join(tmpdir(), "skein-cut-")), "postgres");
  const proxy = await PostgresProxy.listen(target.path, place);
  const cut = await cluster.start("cut-a", { database: { ...target, path: place } });
  const second = await cluster.start("cut-b");
  const [starter, viewer] = [await cluster.join(cut), await cluster.join(second)];
  const threadId = await startThread(starter, withoutTools);
  await viewer.request("thread/resume", { threadId });
  const turnId = await startTurn(starter, threadId, saysAround("cut", "Before", " and after."));
  await cluster.model.gateReached("cut");
  proxy.freeze();
  await cluster.model.gateReached("cut", 2);
  releaseTwice("cut");
  await shownEnd(viewer, turnId);
  proxy.thaw();
  await shownEnd(starter, turnId);
  // Connections that stood still are given up one by one; until then a request is refused, and sent again under its key.
  const again = { threadId, input: prompt([says("Back.")]), clientUserMessageId: "back" };
  let answer = await starter.ask("turn/start", again);
  while (answer.error !== undefined) answer = await starter.ask("turn/start", again);
  const next = answer.result.turn.id;
  await Promise.all([shownEnd(viewer, next), shownEnd(starter, next)]);
  expect(await logProblems(second, threadId)).toEqual([]);
  await cut.kill();
  await proxy.goAway();
});

test.each([
  ["ahead", hourMs],
  ["behind", -hourMs],
])("a clock that is an hour %s takes nothing over too early, and nothing too late", async (way, clockAheadMs) => {
  const [owner, wrong] = [await cluster.start(`${way}-a`), await cluster.start(`${way}-b`, { clockAheadMs })];
  const [starter, viewer] = [await cluster.join(owner), await cluster.join(wrong)];
  const threadId = await startThread(starter, withoutTools);
  await viewer.request("thread/resume", { threadId });
  const turnId = await startTurn(starter, threadId, saysAround(way, "Before", " and after."));
  await cluster.model.gateReached(way);
  const fenceOf = async () => {
    const [row] = await cluster.database.log<{ fence: bigint }[]>`select * from thread_heads(${`{${threadId}}`})`;
    return row?.fence;
  };
  const fence = await fenceOf();
  // While the owner renews its lease four times, the other node looks for abandoned threads at least as often.
  const renewed = async () =>
    (await cluster.database.log<{ ms: number }[]>`select next_abandoned_ms('{}') as ms`)[0]?.ms;
  for (let rises = 0, last = await renewed(); rises < 4; ) {
    const now = await renewed();
    if (now !== undefined && last !== undefined && now > last + 100) rises += 1;
    last = now;
  }
  expect(await fenceOf()).toBe(fence);
  await owner.kill();
  await cluster.model.gateReached(way, 2);
  releaseTwice(way);
  await shownEnd(viewer, turnId);
  expect(await logProblems(wrong, threadId)).toEqual([]);
});
