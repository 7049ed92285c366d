import { fold, threadId } from "@skein/timeline/testing/fold";
import { addWhole, agentMessage, command, LogBuilder, userMessage } from "@skein/timeline/testing/log-builder";
import { afterEach, expect, test } from "vitest";
import { SkeinClient, type SkeinClientOptions } from "../skein-client.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { settle } from "../testing/settle.ts";

const clients: SkeinClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function conversation(turns: number): LogBuilder {
  const log = new LogBuilder();
  for (let index = 0; index < turns; index += 1) {
    const turnId = `turn-${index}`;
    const startedAt = log.nowMs;
    log.add({ type: "turn.started", turnId, actor: null });
    addWhole(log, turnId, userMessage(`user-${index}`, `question ${index}`));
    addWhole(log, turnId, agentMessage(`msg-${index}`, `answer ${index}`));
    log.add({
      ...{ type: "turn.completed", turnId, status: "completed", error: null, startedAt, durationMs: 1 },
      finalMessage: null,
    });
  }
  return log;
}

function waitingForApproval(): LogBuilder {
  const log = new LogBuilder();
  log.add({ type: "turn.started", turnId: "t", actor: null });
  log.add({ type: "item.started", turnId: "t", item: command("c") });
  log.add({
    ...{ type: "approval.requested", approvalId: "a", turnId: "t", itemId: "c" },
    request: { type: "patch", changes: [], reason: "edit", grantRoot: null },
  });
  return log;
}

async function open(server: FakeServer, options: Partial<SkeinClientOptions> = {}) {
  const clock = new FakeClock();
  const client = new SkeinClient(server.openSocket, {
    ...{ clientInfo: { name: "test", version: "0" }, schedule: (flush: () => void) => flush(), clock },
    ...options,
  });
  clients.push(client);
  const store = client.openThread(threadId);
  const exchange = async () => {
    for (let round = 0; round < 8; round += 1) {
      server.deliver();
      await settle();
    }
  };
  server.accept();
  await exchange();
  return { client, store, clock, exchange };
}

test("it opens at the newest page and loads older ones on demand", async () => {
  const log = conversation(5);
  const { store, exchange } = await open(new FakeServer(log.events), { pageTurns: 2 });
  expect(store.getSnapshot()).toMatchObject({ phase: { type: "live" }, older: { type: "idle" } });
  expect(store.getSnapshot().timeline?.turns.map(({ id }) => id)).toEqual(["turn-3", "turn-4"]);
  const loading = store.loadOlder();
  expect(store.getSnapshot().older).toEqual({ type: "loading" });
  await exchange();
  await loading;
  expect(store.getSnapshot().timeline?.turns.map(({ id }) => id)).toEqual(["turn-1", "turn-2", "turn-3", "turn-4"]);
  expect(store.getSnapshot().timeline?.window.hasOlder).toBe(true);
});

test("after a cut it shows what it has, and goes on from its cursor without a page", async () => {
  const log = conversation(3);
  const server = new FakeServer(log.events, 7);
  const { store, clock, exchange } = await open(server);
  const before = store.getSnapshot().timeline;
  server.cut();
  expect(store.getSnapshot()).toMatchObject({ phase: { type: "catchingUp" }, timeline: before });
  server.commit(log.events.length);
  clock.advance(20_000);
  server.accept();
  await exchange();
  expect(store.getSnapshot()).toMatchObject({ phase: { type: "live" }, timeline: { seq: log.events.length } });
  const resumes = server.received.filter(({ method }) => method === "thread/resume");
  expect(resumes.map(({ params }) => params?.replay)).toEqual([{ cursor: null }, { cursor: "db.1.7" }]);
  expect(server.received.some(({ method }) => method === "thread/turns/list")).toBe(false);
});

test("told to reset, it keeps the old view until the newest page is there", async () => {
  const log = conversation(6);
  const server = new FakeServer(log.events, 6);
  server.maxBehind = 3;
  const { store, clock, exchange } = await open(server, { pageTurns: 1 });
  server.cut();
  server.commit(log.events.length);
  clock.advance(20_000);
  server.accept();
  server.deliver(1);
  await settle();
  expect(store.getSnapshot().timeline?.turns.map(({ id }) => id)).toEqual(["turn-0"]);
  await exchange();
  expect(store.getSnapshot().timeline?.turns.map(({ id }) => id)).toEqual(["turn-5"]);
  expect(store.getSnapshot().phase).toEqual({ type: "live" });
});

test("a message that was answered but not shown is no longer awaited when the page that holds it is loaded", async () => {
  const log = conversation(6);
  const server = new FakeServer(log.events, 6);
  server.maxBehind = 3;
  server.grant("turn/start", {});
  const { client, clock, exchange } = await open(server, { pageTurns: 1 });
  void client.outbox.post("turn/start", { threadId, clientUserMessageId: "1", input: [] });
  await exchange();
  expect(client.outbox.getSnapshot()).toMatchObject([{ state: { type: "answered" } }]);
  server.cut();
  server.commit(log.events.length);
  clock.advance(20_000);
  server.accept();
  await exchange();
  expect(client.outbox.getSnapshot()).toEqual([]);
});

test("an approval that was pending before it came is shown, and answered under the server's id", async () => {
  const server = new FakeServer(waitingForApproval().events);
  const { store } = await open(server);
  const [approval] = store.getSnapshot().timeline?.pendingApprovals ?? [];
  expect(approval).toMatchObject({
    kind: "fileChange",
    requestId: "approval-a",
    itemId: "c",
    params: { reason: "edit" },
  });
  store.answerApproval("approval-a", "accept");
  expect(server.received.at(-1)).toEqual({ id: "approval-a", result: { decision: "accept" } });
});

test("an approval asked both in a frame and by request is pending once", async () => {
  const server = new FakeServer(waitingForApproval().events, 2);
  const { store, clock, exchange } = await open(server);
  server.commit(3);
  await exchange();
  server.cut();
  clock.advance(20_000);
  server.accept();
  await exchange();
  expect(store.getSnapshot().timeline?.pendingApprovals.map(({ requestId }) => requestId)).toEqual(["approval-a"]);
});

test("a server that keeps leaving a gap is given up, and retried when the person asks", async () => {
  const log = conversation(2);
  const server = new FakeServer(log.events, 4);
  server.maxFrameEvents = 1;
  const { store, exchange } = await open(server);
  const hole = { threadId, from: 100, to: 101, events: [], upToDate: true };
  for (let round = 0; round < 8; round += 1) {
    server.notify("skein/thread/events", hole);
    await exchange();
  }
  expect(store.getSnapshot().phase).toMatchObject({ type: "failed", error: { message: /events 5 to 100 never came/ } });
  store.retry();
  await exchange();
  expect(store.getSnapshot().phase).toEqual({ type: "live" });
});

test("a thread that cannot be resumed says why", async () => {
  const server = new FakeServer(conversation(1).events);
  const { client, exchange } = await open(server);
  server.refuse("thread/resume", "no rollout found for thread id other");
  const other = client.openThread("other");
  await exchange();
  const { phase } = other.getSnapshot();
  expect(phase).toMatchObject({
    type: "failed",
    error: { name: "RpcError", message: "no rollout found for thread id other" },
  });
});

test("status and deletion come outside of frames", async () => {
  const server = new FakeServer(conversation(1).events);
  const { store, exchange } = await open(server);
  server.notify("thread/status/changed", { threadId, status: { type: "active", activeFlags: ["waitingOnApproval"] } });
  await exchange();
  expect(store.getSnapshot().status).toEqual({ type: "active", activeFlags: ["waitingOnApproval"] });
  server.notify("thread/deleted", { threadId });
  await exchange();
  expect(store.getSnapshot().phase).toEqual({ type: "deleted" });
});

test("listeners hear of many changes once, when the scheduler says so", async () => {
  const log = conversation(3);
  const server = new FakeServer(log.events, 1);
  server.maxFrameEvents = 1;
  const flushes: (() => void)[] = [];
  const { store, exchange } = await open(server, { schedule: (flush) => flushes.push(flush) });
  for (const flush of flushes.splice(0)) flush();
  let calls = 0;
  store.subscribe(() => {
    calls += 1;
  });
  const before = store.getSnapshot();
  server.commit(log.events.length);
  await exchange();
  expect(store.getSnapshot()).toBe(before);
  for (const flush of flushes.splice(0)) flush();
  expect(calls).toBe(1);
  expect(store.getSnapshot().timeline?.seq).toBe(fold(log.events).seq);
});
