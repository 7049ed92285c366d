/** What is too much is refused in words that say when to come again, and is nothing to anybody else. */
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Answer, Browser } from "../testing/browser.ts";
import { startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";
import { startTwoTeams } from "../testing/two-teams.ts";
import { openViewer } from "../testing/viewer.ts";

/** So slowly that nothing comes back while a test runs. */
const never = "0.00001";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(environment: Readonly<Record<string, string>>): Promise<TestServer> {
  const server = await startTestServer(environment);
  undo.push(() => server.stop());
  return server;
}

async function hello(server: TestServer): Promise<TestClient> {
  const client = await openClient(server);
  undo.push(() => client.socket.terminate());
  const capabilities = { experimentalApi: true, extensions: { "skein/replay": {} } };
  await client.request("initialize", { clientInfo: { name: "test", version: "1" }, capabilities });
  return client;
}

/** What an upgrade came to: the status where it was refused, the code where its socket was closed at once, or that it is open. */
async function upgrade(server: TestServer, headers: Readonly<Record<string, string>> = {}, protocols: string[] = []) {
  const socket = new WebSocket(server.app.address.url.replace(/^http/, "ws"), protocols, {
    headers: { ...(protocols.length === 0 ? { authorization: `Bearer ${server.accessToken}` } : {}), ...headers },
  });
  undo.push(() => socket.terminate());
  socket.on("error", () => {});
  const refused = once(socket, "unexpected-response").then(([, response]) => {
    const { statusCode, headers: said } = response;
    return { status: statusCode as number, retryAfter: said["retry-after"] as string };
  });
  const closed = once(socket, "close").then(([code]) => ({ code: code as number }));
  // Who is let in gets an answer; who is not is closed before it.
  const opened = once(socket, "open").then(async () => {
    socket.send(JSON.stringify({ id: 1, method: "skein/server/info" }));
    await once(socket, "message");
    return { socket };
  });
  return Promise.race([refused, opened, closed]);
}

async function refusedCounts({ app }: TestServer): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${app.address.url}/metrics`)).text();
  const lines = [...text.matchAll(/^skein_refused_total\{reason="([^"]+)"\} (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, reason, count]) => [reason, Number(count)]));
}

test("a tenant that floods is refused what is too much, and another is answered everything", async () => {
  const teams = await startTwoTeams({
    SKEIN_RATE_REQUESTS_PER_TENANT: `100/${never}`,
    SKEIN_RATE_REQUESTS_PER_MEMBER: "off",
  });
  undo.push(() => teams.stop());
  const flood = Promise.all(Array.from({ length: 240 }, () => teams.one.ask("skein/member/list", {})));
  const quiet: string[] = [];
  for (let count = 0; count < 50; count += 1) {
    const { data } = await teams.other.request("skein/member/list", {});
    quiet.push(data[0].name);
  }
  const answers = await flood;
  expect(quiet).toEqual(Array(50).fill("Ada"));
  expect(answers.slice(0, 100).every(({ error }) => error === undefined)).toBe(true);
  for (const { error } of answers.slice(100)) {
    expect(error).toMatchObject({ code: -32001, message: "Server overloaded; retry later." });
    expect(error?.data).toEqual({
      ...{ kind: "rateLimited", retry: "later", limit: "tenant", retryAfterMs: expect.any(Number) },
    });
  }
  expect(await refusedCounts(teams.server)).toMatchObject({ "requests.tenant": 140 });
});

test("one person's flood leaves the rest of their tenant its part", async () => {
  const teams = await startTwoTeams({
    SKEIN_RATE_REQUESTS_PER_TENANT: `100/${never}`,
    SKEIN_RATE_REQUESTS_PER_MEMBER: `60/${never}`,
  });
  undo.push(() => teams.stop());
  const { path } = await teams.one.request("skein/invitation/create", { role: "member" });
  const guest = new Browser(teams.server.app.address.url);
  const account = { name: "Grace", email: "grace@example.org", password: "another long password" };
  const token = String(path).split("#")[1];
  expect((await guest.post("/api/invitation/accept-as-new", { token, account })).status).toBe(204);
  const grace = await guest.connect();
  undo.push(() => grace.socket.terminate());
  const answers = await Promise.all(Array.from({ length: 200 }, () => teams.one.ask("skein/member/list", {})));
  const limits = new Set(
    answers.flatMap(({ error }) => (error === undefined ? [] : [(error.data as { limit: string }).limit])),
  );
  expect(limits).toEqual(new Set(["member"]));
  for (let count = 0; count < 40; count += 1) await grace.request("skein/member/list", {});
  const { error } = await grace.ask("skein/member/list", {});
  expect(error?.data).toMatchObject({ limit: "tenant" });
});

test("a connection that has met its limit may still answer what it is asked, and greet", async () => {
  const server = await start({ SKEIN_RATE_REQUESTS_PER_CONNECTION: `20/${never}` });
  const client = await hello(server);
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  await startTurn(client, threadId, [runs("touch asked")], [says("Done.")]);
  const { id } = await client.asked();
  const answers = await Promise.all(Array.from({ length: 30 }, () => client.ask("thread/loaded/list", {})));
  expect(answers.at(-1)?.error?.data).toMatchObject({ kind: "rateLimited", limit: "connection" });
  client.send({ id, result: { decision: "accept" } });
  await client.notified("skein/thread/events", ({ events }) =>
    events.some(({ method }: { method: string }) => method === "turn/completed"),
  );
  // The limit is that connection's.
  await (await hello(server)).request("thread/read", { threadId });
});

test("a person has so many connections open at once; the next is told so, and is let in when one has gone", async () => {
  const server = await start({ SKEIN_CONNECTIONS_PER_MEMBER: "2" });
  const [first] = [await upgrade(server), await upgrade(server)];
  expect(await upgrade(server)).toEqual({ status: 429, retryAfter: "10" });
  // A page is told by the socket, which it can read.
  expect(await upgrade(server, { origin: server.app.address.url })).toEqual({ code: 1013 });
  expect(await refusedCounts(server)).toMatchObject({ "connections.member": 2 });
  if (first === undefined || !("socket" in first)) throw new Error("the first was let in");
  first.socket.close();
  await once(first.socket, "close");
  // The server hears of it a little later.
  while (!("socket" in (await upgrade(server))));
});

test("a node that is full says so to everybody, and knows who has left without a word", async () => {
  const server = await start({ SKEIN_CONNECTIONS_PER_NODE: "3" });
  const open = [await upgrade(server), await upgrade(server), await upgrade(server)];
  expect(await upgrade(server)).toMatchObject({ status: 503 });
  for (const each of open) if ("socket" in each) each.socket.terminate();
  while (!("socket" in (await upgrade(server))));
  // Refused upgrades and wrong tokens took no place.
  expect(await upgrade(server, { authorization: "Bearer nobody's at all, of some length" })).toMatchObject({
    status: 401,
  });
  expect("socket" in (await upgrade(server))).toBe(true);
});

test("upgrades are counted by address before anybody is known, and what a client says of its address counts for nothing", async () => {
  const server = await start({ SKEIN_RATE_UPGRADES: `3/${never}` });
  const wrong = { authorization: "Bearer nobody's at all, of some length" };
  for (let count = 0; count < 3; count += 1) expect(await upgrade(server, wrong)).toMatchObject({ status: 401 });
  const { status, retryAfter } = (await upgrade(server)) as { status: number; retryAfter: string };
  expect([status, Number(retryAfter) > 0]).toEqual([429, true]);
  for (const spoofed of ["203.0.113.1", "203.0.113.2"]) {
    expect(await upgrade(server, { "x-forwarded-for": spoofed, forwarded: `for=${spoofed}` })).toMatchObject({
      status: 429,
    });
  }
});

test("behind a trusted proxy the client's address is what the proxy has added, not what stood there before", async () => {
  const server = await start({ SKEIN_RATE_UPGRADES: `2/${never}`, SKEIN_TRUST_PROXY: "on" });
  const through = (...hops: string[]) => upgrade(server, { "x-forwarded-for": hops.join(", ") });
  for (const spoofed of ["192.0.2.1", "192.0.2.2"])
    expect("socket" in (await through(spoofed, "203.0.113.7"))).toBe(true);
  expect(await through("192.0.2.3", "203.0.113.7")).toMatchObject({ status: 429 });
  expect("socket" in (await through("203.0.113.7", "203.0.113.8"))).toBe(true);
  // Whoever has one address of an IPv6 network has its neighbours too.
  for (const address of ["2001:db8:1:1::1", "2001:db8:1:1:ffff::2"])
    expect("socket" in (await through(address))).toBe(true);
  expect(await through("2001:db8:1:1::3")).toMatchObject({ status: 429 });
  expect("socket" in (await through("2001:db8:1:2::1"))).toBe(true);
});

test("who sends more than may come is read more slowly, and answered everything", async () => {
  const limits = { SKEIN_RATE_INBOUND_KB: "16384/4096", SKEIN_RATE_REQUESTS_PER_CONNECTION: `1/${never}` };
  const server = await start(limits);
  const client = await hello(server);
  const large = client.ask("thread/read", { threadId: "x".repeat(15 * 1024 * 1024) });
  // A refusal counts as 32 KiB: all together they are more than comes back before the server has read them.
  const refused = await Promise.all(Array.from({ length: 1_200 }, () => client.ask("thread/loaded/list", {})));
  expect((await large).error?.code).toBe(-32600);
  expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set([-32001]));
  expect((await refusedCounts(server)).inbound).toBeGreaterThan(0);
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test("a client whose messages are none is closed with 4400 after so many", async () => {
  const server = await start({ SKEIN_RATE_MALFORMED: `3/${never}` });
  const client = await hello(server);
  for (let count = 0; count < 4; count += 1) client.send("{nope");
  expect(await client.closed).toEqual({ code: 4400, reason: "too many malformed messages" });
  expect(client.frames.filter((frame) => "error" in frame)).toHaveLength(3);
  expect(await refusedCounts(server)).toMatchObject({ malformed: 1 });
});

async function shareThread(server: TestServer): Promise<string> {
  const client = await hello(server);
  const threadId = await startThread(client, { environments: [] });
  const { path } = await client.request("skein/share/create", { threadId, title: "Shared" });
  return String(path).split("#")[1] ?? "";
}

test("whoever guesses secrets of links is soon told nothing at all, page and socket, and others still come in", async () => {
  const server = await start({ SKEIN_RATE_LINKS_PER_ADDRESS: `25/${never}`, SKEIN_TRUST_PROXY: "on" });
  const token = await shareThread(server);
  const [guesser, guest] = ["203.0.113.1", "203.0.113.2"].map(
    (address) => new Browser(server.app.address.url, { "x-forwarded-for": address }),
  ) as [Browser, Browser];
  const answers: Answer[] = [];
  for (let count = 0; count < 4; count += 1)
    answers.push(await guesser.post("/api/share", { token: `skein_share_${count}` }));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 429]);
  expect(answers.at(-1)?.body).toEqual({ error: "tooOften", retryAfterSeconds: expect.any(Number) });
  // The right one is no better now.
  expect((await guesser.post("/api/share", { token })).status).toBe(429);
  const protocols = ["skein", `skein.share.${token}`];
  const asGuesser = { "x-forwarded-for": "203.0.113.1" };
  expect(await upgrade(server, { ...asGuesser, origin: server.app.address.url }, protocols)).toEqual({ code: 1013 });
  expect(await upgrade(server, asGuesser, protocols)).toMatchObject({ status: 429 });
  expect((await guest.post("/api/share", { token })).status).toBe(200);
  expect("socket" in (await upgrade(server, { "x-forwarded-for": "203.0.113.2" }, protocols))).toBe(true);
});

test("a link has its limits whoever comes by it, and its own viewers take nothing from anybody", async () => {
  const server = await start({ SKEIN_RATE_LINK: `3/${never}`, SKEIN_RATE_REQUESTS_PER_LINK: `20/${never}` });
  const [one, other] = [await shareThread(server), await shareThread(server)];
  const { url } = server.app.address;
  const page = (token: string) => new Browser(url).post("/api/share", { token }).then(({ status }) => status);
  const viewer = await openViewer(url, `#${one}`);
  undo.push(() => viewer.socket.terminate());
  await viewer.request("initialize", { clientInfo: { name: "viewer", version: "1" } });
  expect([await page(one), await page(one), await page(one)]).toEqual([200, 200, 429]);
  expect(await page(other)).toBe(200);
  const answers = await Promise.all(Array.from({ length: 30 }, () => viewer.ask("skein/server/info")));
  expect(answers.filter(({ error }) => error?.code === -32001)).toHaveLength(10);
  await (await hello(server)).request("thread/list", {});
});

test("so many see a link at once, and one address is not all of them", async () => {
  const server = await start({ SKEIN_CONNECTIONS_PER_LINK: "20", SKEIN_TRUST_PROXY: "on" });
  const protocols = ["skein", `skein.share.${await shareThread(server)}`];
  const from = (address: string) => upgrade(server, { "x-forwarded-for": address }, protocols);
  for (let count = 0; count < 20; count += 1) {
    const address = `203.0.113.${Math.floor(count / 2)}`;
    expect("socket" in (await from(address))).toBe(true);
    if (count === 1) expect(await from(address)).toMatchObject({ status: 429 });
  }
  expect(await from("203.0.113.99")).toMatchObject({ status: 429 });
  expect(await refusedCounts(server)).toMatchObject({ "connections.link": 1, "connections.linkAddress": 1 });
  await hello(server);
});

test("requests by HTTP are counted by address, files by person, and probes are not", async () => {
  const server = await start({ SKEIN_RATE_HTTP: `8/${never}`, SKEIN_RATE_FILES: `2/${never}` });
  const client = await hello(server);
  const threadId = await startThread(client, { environments: [] });
  const { url } = server.app.address;
  const authorization = `Bearer ${server.accessToken}`;
  const file = () => fetch(`${url}/threads/${threadId}/export?format=json`, { headers: { authorization } });
  expect([(await file()).status, (await file()).status, (await file()).status]).toEqual([200, 200, 429]);
  for (let count = 0; count < 5; count += 1) expect((await fetch(`${url}/api/session`)).status).toBe(401);
  const refused = await fetch(`${url}/api/session`);
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect(refused.headers.get("cache-control")).toBe("no-store");
  for (let count = 0; count < 20; count += 1) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await refusedCounts(server)).toMatchObject({ http: 1, file: 1 });
});

test("no figure names a tenant or a person", async () => {
  const teams = await startTwoTeams({ SKEIN_RATE_REQUESTS_PER_MEMBER: `3/${never}` });
  undo.push(() => teams.stop());
  for (let count = 0; count < 5; count += 1) await teams.one.ask("skein/member/list", {});
  const text = await (await fetch(`${teams.server.app.address.url}/metrics`)).text();
  expect(text).toContain('skein_refused_total{reason="requests.member"} 2');
  expect(text).not.toMatch(/Ada|One|[0-9a-f]{8}-[0-9a-f]{4}-/);
});
