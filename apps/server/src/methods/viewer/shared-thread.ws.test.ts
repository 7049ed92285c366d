/** A thread that is shared by a link, as those see it who have nothing but the link. */
import { methods } from "@skein/protocol/methods";
import { test as base, expect } from "vitest";
import { runTurn, startThread, startTurn } from "../../testing/conversation.ts";
import { gate, runs, says, saysAround } from "../../testing/prompts.ts";
import { helloOf, openClient } from "../../testing/server-test.ts";
import { startTestServer, type TestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";
import { allText, framedEvents, joinAsViewer, openViewer } from "../../testing/viewer.ts";

const secret = "planted value 42 of the server";
const withoutTools = { environments: [] };

interface Fixtures {
  readonly server: TestServer;
  readonly owner: TestClient;
  readonly view: (path: string) => Promise<TestClient>;
}

const test = base.extend<Fixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer({ OPENAI_API_KEY: secret });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  owner: async ({ server }, use) => {
    const client = await openClient(server);
    await client.request("initialize", helloOf({}));
    await use(client);
    client.socket.terminate();
    expect(client.complaints).toEqual([]);
  },
  view: async ({ server }, use) => {
    const clients: TestClient[] = [];
    await use(async (path) => {
      const client = await joinAsViewer(server.app.address.url, path);
      clients.push(client);
      return client;
    });
    for (const client of clients) client.socket.terminate();
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});

async function share(owner: TestClient, threadId: string, more: object = {}) {
  return owner.request("skein/share/create", { threadId, title: "Look at this", ...more });
}

const fresh = { replay: { cursor: null }, initialTurnsPage: { itemsView: "full" } };
const textsOf = (page: { data: { items: { type: string; text?: string }[] }[] }) =>
  page.data.flatMap(({ items }) => items.flatMap(({ type, text }) => (type === "agentMessage" ? [text] : [])));

async function ended(viewer: TestClient): Promise<void> {
  const isEnd = ({ method }: { method: string }) => method === "turn/completed";
  await viewer.notified("skein/thread/events", ({ events }) => events.some(isEnd));
}

test("a stranger with the link reads what was and follows what comes, as it is written", async ({
  server,
  owner,
  view,
}) => {
  const threadId = await startThread(owner, withoutTools);
  await runTurn(owner, threadId, [says("It was so.")]);
  const { path, link } = await share(owner, threadId);
  expect(path).toMatch(/^\/shared#skein_share_[\w-]{43}$/);
  expect(link).toMatchObject({ threadId, title: "Look at this", level: "read", withHistory: true, isLive: true });
  const viewer = await view(path);
  const opened = await viewer.request("thread/resume", { threadId, ...fresh });
  expect(textsOf(opened.initialTurnsPage)).toEqual(["It was so."]);
  await startTurn(owner, threadId, saysAround("watched", "Now this ", "and that."));
  await viewer.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("Now this"));
  server.model.releaseGate("watched");
  await ended(viewer);
  const deltas = framedEvents(viewer).flatMap(({ method, params }) =>
    method === "item/agentMessage/delta" ? [params.delta] : [],
  );
  expect("Now this and that.".startsWith(deltas.join(""))).toBe(true);
  const completed = framedEvents(viewer).filter(({ method }) => method === "item/completed");
  expect(completed.map(({ params }) => params.item.text).filter(Boolean)).toEqual(["Now this and that."]);
});

test("whoever comes late sees the text so far, and whoever was away goes on from their cursor", async ({
  server,
  owner,
  view,
}) => {
  const threadId = await startThread(owner, withoutTools);
  const { path } = await share(owner, threadId);
  await startTurn(owner, threadId, saysAround("late", "The beginning was here ", "and this is the end."));
  await owner.notified("item/agentMessage/delta");
  const late = await view(path);
  const { initialTurnsPage, asOf } = await late.request("thread/resume", { threadId, ...fresh });
  expect(textsOf(initialTurnsPage)).toEqual(["The beginning was here "]);
  const early = await view(path);
  const first = await early.request("thread/resume", { threadId, ...fresh });
  await early.close();
  server.model.releaseGate("late");
  await ended(late);
  await owner.notified("turn/completed");
  const again = await view(path);
  const resumed = await again.request("thread/resume", { threadId, replay: { cursor: first.replay.cursor } });
  expect(resumed.replay).toMatchObject({ verdict: "continue", from: first.replay.from });
  await ended(again);
  const events = (client: TestClient) => framedEvents(client).filter(({ seq }) => seq > Math.max(asOf, first.asOf));
  expect(events(again)).toEqual(events(late));
  expect(JSON.stringify(events(again))).toContain("and this is the end.");
});

test("a planted secret reaches no viewer: in no text, no page, no error, and not in two halves", async ({
  server,
  owner,
  view,
}) => {
  const threadId = await startThread(owner);
  await owner.request("thread/name/set", { threadId, name: `about ${secret}` });
  const { path } = await share(owner, threadId, { title: "Planted" });
  const viewer = await view(path);
  await viewer.request("thread/resume", { threadId, ...fresh });
  const half = Math.floor(secret.length / 2);
  await runTurn(
    owner,
    threadId,
    [
      runs(
        `printf '${secret.slice(0, half)}'; printf '${secret.slice(half)}\\n'; echo token=${secret}; echo /etc/passwd ada@example.org`,
      ),
    ],
    [
      ...saysAround("halves", `It is ${secret.slice(0, half)}`, `${secret.slice(half)}, you see.`).filter(
        ({ type }) => type !== "gate",
      ),
    ],
  );
  await ended(viewer);
  for (const [method, params] of [
    ["thread/read", { includeTurns: true }],
    ["thread/turns/list", { itemsView: "full" }],
    ["thread/items/list", {}],
    ["thread/resume", fresh],
    ["turn/start", { input: [{ type: "text", text: secret, text_elements: [] }] }],
    ["thread/name/set", { name: "x" }],
  ] as const) {
    await viewer.ask(method, { threadId, ...params });
  }
  await ended(
    await view(path).then(async (late) => {
      await late.request("thread/resume", { threadId, replay: { cursor: null } });
      await startTurn(owner, threadId, [says("again")]);
      return late;
    }),
  );
  const text = allText(viewer);
  for (const hidden of [secret, "/etc/passwd", "ada@example.org", server.dataDirectory])
    expect(text).not.toContain(hidden);
  expect(text).toContain("[redacted]");
  const deltas = new Map<string, string>();
  for (const { params } of framedEvents(viewer)) {
    if (typeof params.delta === "string") deltas.set(params.itemId, (deltas.get(params.itemId) ?? "") + params.delta);
  }
  for (const joined of deltas.values()) expect(joined).not.toContain(secret);
  expect([...deltas.values()].join()).not.toContain(secret.slice(half));
  // The owner sees it all.
  expect(JSON.stringify(await owner.request("thread/read", { threadId, includeTurns: true }))).toContain(secret);
});

test("of the whole registry a viewer may use what is named for viewers, and other threads are nowhere", async ({
  owner,
  view,
}) => {
  const threadId = await startThread(owner, withoutTools);
  const other = await startThread(owner, withoutTools);
  const { path } = await share(owner, threadId);
  const viewer = await view(path);
  // That a viewer writes something is taken and, by a link that only shows, told to nobody.
  const reading = ["thread/resume", "thread/read", "thread/turns/list", "thread/items/list", "thread/unsubscribe"];
  const allowed = [...reading, "skein/thread/typing"];
  const params = { input: [], expectedTurnId: "x", turnId: "", typing: true, text: "hello", commentId: "x" };
  for (const method of Object.keys(methods).filter((name) => name !== "initialize")) {
    const { error } = await viewer.ask(method, { ...params, threadId });
    if (allowed.includes(method)) expect([method, error]).toEqual([method, undefined]);
    else expect([method, error?.message]).toEqual([method, expect.stringMatching(/not allowed: /)]);
  }
  const nobodys = "0199a000-0000-7000-8000-000000000001";
  for (const method of allowed) {
    const [foreign, unknown] = [
      await viewer.ask(method, { threadId: other, typing: true }),
      await viewer.ask(method, { threadId: nobodys, typing: true }),
    ];
    expect(JSON.stringify(foreign.error)).toBe(JSON.stringify(unknown.error)?.replaceAll(nobodys, other));
  }
  viewer.send({ id: "approval-0199a000-0000-7000-8000-000000000001", result: { decision: "accept" } });
  await startTurn(owner, other, [says("Elsewhere.")]);
  await owner.notified("turn/completed");
  expect(allText(viewer)).not.toContain("Elsewhere.");
  expect(viewer.notifications().map(({ method }) => method)).toEqual([]);
});

test("without its history a link shows what begins after it, and a turn that runs", async ({ server, owner, view }) => {
  const threadId = await startThread(owner, withoutTools);
  await runTurn(owner, threadId, [says("A hidden past.")]);
  await owner.request("thread/name/set", { threadId, name: "A hidden name" });
  await startTurn(owner, threadId, saysAround("running", "In the ", "present."));
  await owner.notified("item/agentMessage/delta");
  const { path } = await share(owner, threadId, { withHistory: false });
  const viewer = await view(path);
  const { initialTurnsPage, thread, replay } = await viewer.request("thread/resume", { threadId, ...fresh });
  expect(textsOf(initialTurnsPage)).toEqual(["In the "]);
  expect(thread.name).toBe("Look at this");
  server.model.releaseGate("running");
  await ended(viewer);
  await viewer.request("thread/turns/list", { threadId, itemsView: "full", sortDirection: "asc", cursor: "=0" });
  await viewer.request("thread/items/list", { threadId, cursor: "=0" });
  // A cursor that leads into what is hidden begins where the view does.
  const [incarnation, epoch] = replay.cursor.split(".");
  const into = await view(path);
  await into.request("thread/resume", { threadId, replay: { cursor: `${incarnation}.${epoch}.1` } });
  await ended(into);
  for (const client of [viewer, into]) {
    expect(allText(client)).not.toContain("hidden");
    expect(allText(client)).toContain("present.");
  }
});

test("a frozen link shows whole turns up to when it was made, and nothing after", async ({ server, owner, view }) => {
  const threadId = await startThread(owner, withoutTools);
  await runTurn(owner, threadId, [says("Shown for good.")]);
  await startTurn(owner, threadId, saysAround("frozen", "Not ", "shown."));
  await owner.notified("item/agentMessage/delta");
  const { path } = await share(owner, threadId, { isLive: false });
  server.model.releaseGate("frozen");
  await owner.notified("turn/completed");
  const viewer = await view(path);
  const { initialTurnsPage, thread, replay } = await viewer.request("thread/resume", { threadId, ...fresh });
  expect(textsOf(initialTurnsPage)).toEqual(["Shown for good."]);
  expect(thread.status).toEqual({ type: "idle" });
  const again = await viewer.request("thread/resume", { threadId, replay: { cursor: replay.cursor } });
  expect(again.replay.verdict).toBe("continue");
  await runTurn(owner, threadId, [says("Neither this.")]);
  const read = await viewer.request("thread/read", { threadId, includeTurns: true });
  expect(textsOf({ data: read.thread.turns })).toEqual(["Shown for good."]);
  expect(viewer.notifications()).toEqual([]);
  const error = (await owner.ask("skein/share/create", { threadId, title: "x", withHistory: false, isLive: false }))
    .error;
  expect(error?.message).toMatch(/neither/);
});

test("the preview is what viewers are shown", async ({ owner, view }) => {
  const threadId = await startThread(owner, withoutTools);
  await runTurn(owner, threadId, [says(`Mind the ${secret}.`)]);
  const preview = await owner.request("skein/share/preview", { threadId });
  const { path } = await share(owner, threadId);
  const viewer = await view(path);
  const seen = await viewer.request("thread/turns/list", { threadId, itemsView: "full", limit: 10 });
  expect(preview).toEqual(seen);
  expect(JSON.stringify(preview)).not.toContain(secret);
});

test("what is revoked or expired, or whose thread is gone, ends for those who look on, and was never there for those who come", async ({
  server,
  owner,
  view,
}) => {
  const threadId = await startThread(owner, withoutTools);
  const [revoked, expiring] = [
    await share(owner, threadId),
    await share(owner, threadId, { expiresAt: Date.now() + 700 }),
  ];
  const [first, second] = [await view(revoked.path), await view(expiring.path)];
  await first.request("thread/resume", { threadId, ...fresh });
  expect((await owner.request("skein/share/list", { threadId })).data.map(({ id }: { id: string }) => id)).toEqual([
    expiring.link.id,
    revoked.link.id,
  ]);
  await owner.request("skein/share/revoke", { threadId, linkId: revoked.link.id });
  expect((await first.closed).code).toBe(4410);
  expect((await second.closed).code).toBe(4410);
  expect((await owner.ask("skein/share/revoke", { threadId, linkId: revoked.link.id })).error?.message).toMatch(
    /leads nowhere/,
  );
  const third = await share(owner, threadId);
  const viewer = await view(third.path);
  await viewer.request("thread/resume", { threadId, ...fresh });
  await owner.request("thread/delete", { threadId });
  expect((await viewer.closed).code).toBe(4410);
  const answers = [];
  for (const path of [revoked.path, expiring.path, third.path, "/shared#skein_share_never"]) {
    answers.push(await (await openViewer(server.app.address.url, path)).closed);
  }
  expect(answers).toEqual(answers.map(() => ({ code: 4410, reason: "this link leads nowhere, or not any more" })));
});

test("the secret of a link is in no row, and a page is told what it shows", async ({ server, owner }) => {
  const threadId = await startThread(owner, withoutTools);
  const { path, link } = await share(owner, threadId, { title: "Counted" });
  const token = path.split("#")[1];
  const ask = (said: string) =>
    fetch(`${server.app.address.url}/api/share`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: said }),
    });
  const answer = await ask(token);
  expect(await answer.json()).toMatchObject({
    threadId,
    title: "Counted",
    level: "read",
    sharedBy: "Local user",
    isLive: true,
  });
  expect(answer.headers.get("x-robots-tag")).toContain("noindex");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  expect((await ask("skein_share_never")).status).toBe(404);
  const { data } = await owner.request("skein/share/list", { threadId });
  expect(data).toMatchObject([{ id: link.id, opens: 1 }]);
  const rows = await server.database.administer((sql) => sql`select l::text as text from share_links l`);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("a copy of one's own holds what was shown, and goes on", async ({ server, owner }) => {
  const threadId = await startThread(owner, withoutTools);
  await runTurn(owner, threadId, [says(`The ${secret} is safe.`)]);
  const { path } = await share(owner, threadId, { title: "To copy" });
  const stranger = await server.database.addTenant();
  const { createAccessToken } = await import("../../identity/access-tokens.ts");
  const { secret: token } = await createAccessToken(server.database.withTenant, stranger, { name: "stranger" });
  const person = await openClient(server, token);
  await person.request("initialize", helloOf({}));
  const { threadId: copy } = await person.request("skein/share/copy", { token: path.split("#")[1] });
  const { thread } = await person.request("thread/read", { threadId: copy, includeTurns: true });
  expect(thread.name).toBe("To copy");
  expect(textsOf({ data: thread.turns })).toEqual(["The [redacted] is safe."]);
  const rows = await server.database.withTenant(
    stranger.tenantId,
    (sql) => sql`select payload::text from whole_events`,
  );
  expect(JSON.stringify(rows)).not.toContain(secret);
  await person.request("thread/resume", { threadId: copy });
  expect((await runTurn(person, copy, [says("Mine now.")])).status).toBe("completed");
  const [last] = server.model.requests.slice(-1);
  expect(JSON.stringify(last)).toContain("The [redacted] is safe.");
  expect((await person.ask("skein/share/copy", { token: "skein_share_never" })).error?.message).toMatch(
    /leads nowhere/,
  );
  person.socket.terminate();
});

test("a socket that is full catches up from the log as if it had kept up", async ({ server, owner, view }) => {
  const threadId = await startThread(owner, withoutTools);
  const { path } = await share(owner, threadId);
  const [slow, quick] = [await view(path), await view(path)];
  for (const viewer of [slow, quick]) await viewer.request("thread/resume", { threadId, ...fresh });
  slow.socket.pause();
  const words = Array.from({ length: 300 }, (_, index) => `word ${index} ${"of many ".repeat(150)}`);
  await runTurn(owner, threadId, [says(...words), gate("none")].slice(0, 1));
  await ended(quick);
  slow.socket.resume();
  await ended(slow);
  const settled = (client: TestClient) => framedEvents(client).filter(({ method }) => method === "item/completed");
  expect(settled(slow)).toEqual(settled(quick));
  expect(server.app.address.url).toBeTruthy();
});
