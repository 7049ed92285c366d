/** Threads shared with members of the tenant: what that opens, and that what ends is over on every node. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { addTeam } from "../testing/add-team.ts";
import { clusterTest } from "../testing/cluster-test.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { prompt, runs, says, saysAround } from "../testing/prompts.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";

const test = clusterTest(() => startTestCluster(2));
const roles = { ada: "owner", bo: "member", cy: "member", di: "viewer" } as const;

const namesOf = async (client: TestClient, params: object = {}): Promise<readonly string[]> => {
  const { data } = await client.request("thread/list", params);
  return data.map(({ id }: { id: string }) => id);
};

const grant = (client: TestClient, threadId: string, { userId }: { userId: string }, level: string | null) =>
  client.request("skein/thread/grant/set", { threadId, userId, level });

const rightsIn = async (client: TestClient, threadId: string) => {
  const listed = (await client.request("thread/list", {})).data.find(({ id }: { id: string }) => id === threadId);
  const found = (await client.request("thread/search", { searchTerm: "heliotrope" })).data[0];
  const { thread } = await client.request("thread/read", { threadId });
  return [listed?.rights, found?.thread.rights, thread.rights];
};

function mentions(client: TestClient, threadId: string, from = 0): readonly string[] {
  return client.frames.slice(from).flatMap((frame) => {
    return "method" in frame && JSON.stringify(frame).includes(threadId) ? [String(frame.method)] : [];
  });
}

test("what was granted counts at once, on another node too: in lists, in search, and for what may be done", async ({
  cluster,
  join,
}) => {
  const { bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const cys = await join(1, { replay: true, token: cy.token });
  const threadId = await startThread(bos);
  await startTurn(bos, threadId, [says("A rare word: heliotrope.")]);
  await bos.notified("skein/thread/events", ({ events }) => hasEnded(events));
  const find = async () => (await cys.request("thread/search", { searchTerm: "heliotrope" })).data.length;
  expect([await namesOf(cys), await find()]).toEqual([[], 0]);
  expect((await cys.ask("thread/read", { threadId })).error?.message).toBe(`thread not loaded: ${threadId}`);

  await grant(bos, threadId, cy, "read");
  expect(await cys.notified("skein/thread/access/changed")).toEqual({ threadId, rights: ["read"] });
  expect([await namesOf(cys), await find()]).toEqual([[threadId], 1]);
  expect(await namesOf(cys, { whose: "sharedWithMe" })).toEqual([threadId]);
  expect(await namesOf(cys, { whose: "mine" })).toEqual([]);
  expect(await namesOf(bos, { whose: "mine" })).toEqual([threadId]);
  expect((await cys.request("thread/resume", { threadId })).rights).toEqual(["read"]);
  expect((await cys.ask("turn/start", { threadId, input: [] })).error?.data).toMatchObject({ kind: "forbidden" });

  await grant(bos, threadId, cy, "prompt");
  expect(await cys.notified("skein/thread/access/changed")).toEqual({ threadId, rights: ["read", "prompt"] });
  await startTurn(cys, threadId, [says("For you.")]);
  await bos.notified("skein/thread/events", ({ events }) => hasEnded(events));
  expect(
    (await cys.ask("skein/thread/grant/set", { threadId, userId: bo.userId, level: null })).error?.data,
  ).toMatchObject({ kind: "forbidden" });
});

test("lists, search and reading say to each reader what they may do with a thread", async ({ cluster, join }) => {
  const { ada, bo, cy, di } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const threadId = await startThread(bos);
  await startTurn(bos, threadId, [says("A rare word: heliotrope.")]);
  await bos.notified("skein/thread/events", ({ events }) => hasEnded(events));
  await grant(bos, threadId, cy, "prompt");
  await grant(bos, threadId, di, "approve");
  const all = ["read", "prompt", "approve", "manage"];
  for (const [person, rights] of [
    [ada, all],
    [bo, all],
    [cy, ["read", "prompt"]],
    [di, ["read"]],
  ] as const) {
    const client = await join(1, { token: person.token });
    expect(await rightsIn(client, threadId)).toEqual([rights, rights, rights]);
  }
});

test("nothing of a thread is told to members to whom it is not shared", async ({ cluster, join }) => {
  const { ada, bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { token: bo.token });
  const here = await join(0, { token: cy.token });
  const there = await join(1, { token: cy.token });
  const adas = await join(1, { token: ada.token });
  const threadId = await startThread(bos);
  await bos.request("thread/name/set", { threadId, name: "Redundancies" });
  await grant(bos, threadId, ada, "read");
  await adas.notified("thread/name/updated");
  // Whoever may read it hears of the next, in order, and the others still of nothing.
  await grant(bos, threadId, cy, "read");
  await bos.request("thread/name/set", { threadId, name: "Holidays" });
  for (const client of [here, there]) {
    const { threadName } = await client.notified("thread/name/updated");
    expect(threadName).toBe("Holidays");
  }
  await grant(bos, threadId, cy, null);
  for (const client of [here, there]) await client.notified("thread/deleted", (params) => params.threadId === threadId);
  const before = [here, there].map(({ frames }) => frames.length);
  await bos.request("thread/name/set", { threadId, name: "Severance" });
  await adas.notified("thread/name/updated", ({ threadName }) => threadName === "Severance");
  await startThread(here);
  for (const [index, client] of [here, there].entries()) {
    await namesOf(client);
    expect(mentions(client, threadId, before[index])).toEqual([]);
  }
});

test("what ends closes what is open at every node, and the thread looks deleted from then on", async ({
  cluster,
  join,
}) => {
  const { bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const guests = [await join(0, { replay: true, token: cy.token }), await join(1, { token: cy.token })];
  const threadId = await startThread(bos, { approvalPolicy: "untrusted" });
  await grant(bos, threadId, cy, "approve");
  for (const guest of guests) await guest.request("thread/resume", { threadId });
  await startTurn(bos, threadId, [runs("touch asked")], [says("Done.")]);
  const [asked] = await Promise.all(guests.map((guest) => guest.asked()));
  await grant(bos, threadId, cy, null);
  for (const guest of guests) await guest.notified("thread/deleted", (params) => params.threadId === threadId);
  const before = guests.map(({ frames }) => frames.length);
  // An answer to what was asked before does not count any more, and says no more than to a stranger.
  guests[0]?.send({ id: asked?.id, result: { decision: "accept" } });
  expect(await guests[0]?.notified("skein/approval/notAccepted")).toMatchObject({ reason: "unknown" });
  const question = await bos.asked();
  bos.send({ id: question.id, result: { decision: "decline" } });
  await bos.notified("skein/thread/events", ({ events }) => hasEnded(events));
  for (const [index, guest] of guests.entries()) {
    const nobodys = randomUUID();
    const [theirs, unknown] = [
      await guest.ask("thread/resume", { threadId }),
      await guest.ask("thread/resume", { threadId: nobodys }),
    ];
    expect(theirs.error?.message).toBe(unknown.error?.message.replace(nobodys, threadId));
    expect(mentions(guest, threadId, before[index])).toEqual([]);
  }
});

test("who is given the right to approve is asked what waits, and others are not", async ({ cluster, join }) => {
  const { bo, cy, di } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const cys = await join(1, { replay: true, token: cy.token });
  const dis = await join(1, { replay: true, token: di.token });
  const threadId = await startThread(bos, { approvalPolicy: "untrusted" });
  await grant(bos, threadId, cy, "prompt");
  await grant(bos, threadId, di, "manage");
  expect((await dis.request("thread/resume", { threadId })).rights).toEqual(["read"]);
  await cys.request("thread/resume", { threadId });
  await startTurn(bos, threadId, [runs("touch wanted")], [says("Done.")]);
  const shown = ({ events }: { events: readonly { method: string }[] }) =>
    events.some(({ method }) => method === "skein/approval/requested");
  await Promise.all([cys, dis].map((client) => client.notified("skein/thread/events", shown)));
  await grant(bos, threadId, cy, "approve");
  const request = await cys.asked();
  cys.send({ id: request.id, result: { decision: "decline" } });
  await bos.notified("skein/thread/events", ({ events }) =>
    events.some(
      ({ method, params }: { method: string; params: { answeredBy?: unknown } }) =>
        method === "skein/approval/resolved" && (params.answeredBy as { userId: string }).userId === cy.userId,
    ),
  );
  expect(dis.frames.filter((frame) => "method" in frame && "id" in frame)).toEqual([]);
});

test("what is granted and to whom is told to those who may read; nothing is taken from whose it is", async ({
  cluster,
  join,
}) => {
  const { ada, bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { token: bo.token });
  const cys = await join(0, { token: cy.token });
  const threadId = await startThread(bos);
  await grant(bos, threadId, cy, "manage");
  expect(await cys.request("skein/thread/grant/list", { threadId })).toEqual({
    createdBy: { userId: bo.userId, name: "bo" },
    data: [
      {
        ...{ userId: cy.userId, name: "cy", role: "member", level: "manage", grantedAt: expect.any(Number) },
        grantedBy: { userId: bo.userId, name: "bo" },
      },
    ],
  });
  const refusals: [string, string | null, string][] = [
    [bo.userId, null, "grantRefused"],
    [bo.userId, "read", "grantRefused"],
    [randomUUID(), "read", "memberNotFound"],
    ["no id", "read", "memberNotFound"],
  ];
  for (const [userId, level, kind] of refusals) {
    const { error } = await cys.ask("skein/thread/grant/set", { threadId, userId, level });
    expect([userId, error?.data]).toEqual([userId, expect.objectContaining({ kind })]);
  }
  // An owner of the tenant may read it whatever is granted to them, and goes on reading.
  const adas = await join(1, { replay: true, token: ada.token });
  await adas.request("thread/resume", { threadId });
  await grant(bos, threadId, ada, "read");
  await grant(bos, threadId, ada, null);
  await startTurn(bos, threadId, [says("Still there.")]);
  await adas.notified("skein/thread/events", ({ events }) => hasEnded(events));
});

test("who leaves the tenant and comes back begins with nothing", async ({ cluster, join }) => {
  const { ada, bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { token: bo.token });
  const threadId = await startThread(bos);
  await grant(bos, threadId, cy, "manage");
  const adas = await join(0, { token: ada.token });
  await adas.request("skein/member/remove", { userId: cy.userId });
  expect(await bos.request("skein/thread/grant/list", { threadId })).toMatchObject({ data: [] });
});

function hasEnded(events: readonly { readonly method: string }[]): boolean {
  return events.some(({ method }) => method === "turn/completed");
}

test("a thread that is handed over is the other's from then on; who had it keeps what was said, and its turn goes on", async ({
  cluster,
  join,
}) => {
  const { bo, cy, di } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token });
  const cys = await join(1, { replay: true, token: cy.token });
  const threadId = await startThread(bos);
  await grant(bos, threadId, cy, "manage");
  await cys.request("thread/resume", { threadId });
  const handOver = (client: TestClient, params: object) => client.ask("skein/thread/handOver", { threadId, ...params });
  expect((await handOver(cys, { userId: cy.userId })).error?.data).toMatchObject({ kind: "forbidden" });
  expect((await handOver(bos, { userId: di.userId })).error?.data).toMatchObject({ kind: "grantRefused" });
  expect((await handOver(bos, { userId: randomUUID() })).error?.data).toMatchObject({ kind: "memberNotFound" });

  await bos.request("turn/start", { threadId, input: prompt(saysAround("given", "Half ", "a turn.")) });
  await cluster.model.gateReached("given");
  await handOver(bos, { userId: cy.userId });
  const given = await cys.notified("skein/thread/events", ({ events }) => handOversIn(events).length > 0);
  const told = {
    ...{ seq: expect.any(Number), at: expect.any(Number), by: { userId: bo.userId, name: "bo" } },
    ...{ from: { userId: bo.userId, name: "bo" }, to: { userId: cy.userId, name: "cy" } },
  };
  expect(handOversIn(given.events)).toEqual([told]);
  cluster.model.releaseGate("given");
  for (const client of [bos, cys]) await client.notified("skein/thread/events", ({ events }) => hasEnded(events));
  expect(await namesOf(cys, { whose: "mine" })).toEqual([threadId]);
  expect(await namesOf(bos, { whose: "sharedWithMe" })).toEqual([threadId]);
  expect((await handOver(bos, { userId: bo.userId })).error?.data).toMatchObject({ kind: "forbidden" });
  const [bosView, cysView] = [
    await bos.request("thread/resume", { threadId }),
    await cys.request("thread/resume", { threadId }),
  ];
  expect([bosView.rights, cysView.rights]).toEqual([
    ["read", "prompt"],
    ["read", "prompt", "approve", "manage"],
  ]);
  expect([cysView.handOvers, cysView.thread.createdBy]).toEqual([[told], cy.userId]);
  // A copy of it is its maker's, whoever was given the original.
  const copy = await bos.request("thread/fork", { threadId });
  expect(copy.thread.createdBy).toBe(bo.userId);
  expect((await cys.ask("thread/read", { threadId: copy.thread.id })).error).toBeDefined();
  // Given on with nothing kept, it looks deleted to who had it.
  await handOver(cys, { userId: bo.userId, keep: null });
  await cys.notified("thread/deleted", (params) => params.threadId === threadId);
  expect(await namesOf(cys)).toEqual([]);
});

test("each message and each answer says by whom, also when they have left", async ({ cluster, join }) => {
  const { ada, bo, cy } = await addTeam(cluster.database, roles);
  const bos = await join(0, { replay: true, token: bo.token, name: "web" });
  const cys = await join(1, { replay: true, token: cy.token, name: "phone" });
  const threadId = await startThread(bos, { approvalPolicy: "untrusted" });
  await grant(bos, threadId, cy, "approve");
  await cys.request("thread/resume", { threadId });
  const { turn } = await bos.request("turn/start", {
    threadId,
    input: prompt([runs("touch wanted")], saysAround("steer", "So ", "far.")),
  });
  const request = await cys.asked();
  cys.send({ id: request.id, result: { decision: "decline" } });
  await cluster.model.gateReached("steer");
  await cys.request("turn/steer", { threadId, expectedTurnId: turn.id, input: prompt([says("Well.")]) });
  cluster.model.releaseGate("steer");
  await bos.notified("skein/thread/events", ({ events }) => hasEnded(events));
  const people = [
    { userId: bo.userId, clientName: "web", name: "bo" },
    { userId: cy.userId, clientName: "phone", name: "cy" },
  ];
  const resolved = bos
    .notifications("skein/thread/events")
    .flatMap(({ params }) => params.events)
    .find(({ method }: { method: string }) => method === "skein/approval/resolved");
  expect(resolved.params.answeredBy).toEqual(people[1]);
  const adas = await join(1, { replay: true, token: ada.token });
  await adas.request("skein/member/remove", { userId: cy.userId });
  const { thread } = await adas.request("thread/read", { threadId, includeTurns: true });
  const said = thread.turns[0].items.filter(({ type }: { type: string }) => type === "userMessage");
  expect(said.map(({ author }: { author: object }) => author)).toEqual(people);
});

function handOversIn(events: readonly { readonly method: string; readonly params: { handOver?: object } }[]) {
  return events.flatMap(({ method, params }) => (method === "skein/thread/handedOver" ? [params.handOver] : []));
}
