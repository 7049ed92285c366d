/** A server with accounts, and what its audit log says of what people do there. */
import { test as base, expect } from "vitest";
import { createAccessToken } from "../identity/access-tokens.ts";
import { Browser } from "../testing/browser.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { Refused, type TestClient } from "../testing/test-client.ts";

interface Fixtures {
  readonly server: TestServer;
  /** The first owner, in a browser at an address of its own. */
  readonly owner: { readonly browser: Browser; readonly client: TestClient; readonly address: string };
}

const password = "correct horse battery";
const ada = { name: "Ada", email: "ada@example.org", password };

let addresses = 0;
const nextAddress = () => `10.1.0.${++addresses}`;

const test = base.extend<Fixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", SKEIN_TRUST_PROXY: "on" });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  owner: async ({ server }, use) => {
    const address = nextAddress();
    const browser = new Browser(server.app.address.url, { "x-forwarded-for": address });
    const link = await server.app.consoleLink();
    if (link.type === "firstOwner") {
      const token = new URL(link.url).hash.slice(1);
      expect((await browser.post("/api/first-owner", { token, tenantName: "Ada & Co", account: ada })).status).toBe(
        204,
      );
    } else {
      expect((await browser.post("/api/sign-in", ada)).status).toBe(204);
    }
    const client = await browser.connect();
    await use({ browser, client, address });
    client.socket.terminate();
  },
});

interface Line {
  readonly action: string;
  readonly subject: string | null;
  readonly threadId: string | null;
  readonly details: Record<string, unknown>;
  readonly actor: { readonly type: string; readonly id: string | null; readonly name: string | null };
  readonly address: string | null;
}

/** Newest first. */
async function linesOf(client: TestClient, params: object = {}): Promise<readonly Line[]> {
  return (await client.request("skein/audit/list", { limit: 200, ...params })).data;
}

test("sign-ins are told, accepted and refused, with where they came from", async ({ server, owner }) => {
  const address = nextAddress();
  const stranger = new Browser(server.app.address.url, { "x-forwarded-for": address, "user-agent": "a guesser" });
  expect((await stranger.post("/api/sign-in", { ...ada, password: "wrong, of course" })).status).toBe(401);
  expect((await stranger.post("/api/sign-in", { ...ada, email: "nobody@example.org" })).status).toBe(401);
  await expect
    .poll(() => linesOf(owner.client, { actions: ["signIn.refused"] }))
    .toEqual([
      expect.objectContaining({
        ...{ subject: ada.email, details: { reason: "wrongPassword" }, address, userAgent: "a guesser" },
        actor: { type: "nobody", id: null, name: null, credentialId: null },
      }),
    ]);
  const [accepted] = await linesOf(owner.client, { actions: ["signIn.accepted"] });
  expect(accepted).toMatchObject({ actor: { type: "user", name: "Ada" }, address: owner.address });
});

test("what an owner changes of who is there is told with who did it", async ({ server, owner }) => {
  const { client, address } = owner;
  const { path } = await client.request("skein/invitation/create", { role: "member" });
  const token = path.split("#")[1];
  const browser = new Browser(server.app.address.url, { "x-forwarded-for": nextAddress() });
  const account = { name: "Ben", email: "ben@example.org", password };
  expect((await browser.post("/api/invitation/accept-as-new", { token, account })).status).toBe(204);
  const { data: members } = await client.request("skein/member/list", {});
  const { userId } = members.find(({ name }: { name: string }) => name === "Ben");
  await client.request("skein/member/update", { userId, role: "viewer" });
  await client.request("skein/member/remove", { userId });
  const lines = await linesOf(client);
  expect(lines.slice(0, 5).map(({ action, subject, actor }) => [action, subject, actor.name])).toEqual([
    ["member.removed", userId, "Ada"],
    ["member.roleChanged", userId, "Ada"],
    ["member.joined", userId, "Ben"],
    ["signIn.accepted", expect.any(String), "Ben"],
    ["invitation.created", expect.any(String), "Ada"],
  ]);
  expect(lines[1]).toMatchObject({ details: { role: "viewer" }, address });
});

test("prompts, answers and changed policies are told, and nothing of what was said or printed", async ({
  server,
  owner,
}) => {
  const { client } = owner;
  const secret = "sk-planted-in-a-prompt";
  const threadId = await startThread(client, { approvalPolicy: "untrusted" });
  const turnId = await startTurn(client, threadId, [runs(`echo ${secret}; touch made`)], [says(secret)]);
  const request = await client.asked();
  client.send({ id: request.id, result: { decision: "accept" } });
  await client.notified("turn/completed", ({ turn }) => turn.id === turnId);
  await client.request("thread/settings/update", { threadId, approvalPolicy: "never" });
  const { secret: token, token: made } = await client.request("skein/token/create", { name: "script" });
  const script = await openClient({ app: server.app, accessToken: token });
  await script.request("initialize", { clientInfo: { name: "script", version: "1" } });
  await script.request("thread/resume", { threadId });
  await runTurn(script, threadId, [says(secret)]);
  script.socket.terminate();
  await client.request("thread/delete", { threadId });

  const lines = await linesOf(client, { aboutThread: threadId });
  expect(lines.map(({ action }) => action)).toEqual([
    "thread.deleted",
    "prompt.given",
    "policy.changed",
    "approval.answered",
    "prompt.given",
    "thread.created",
  ]);
  const [, byScript, policy, answer, said] = lines;
  expect(byScript?.actor).toMatchObject({ type: "token", name: "Ada", credentialId: made.id });
  expect(new Set(lines.map(({ actor }) => actor.type))).toEqual(new Set(["user", "token"]));
  expect(said).toMatchObject({ subject: turnId, details: { client: "browser", as: "turn" }, actor: { name: "Ada" } });
  expect(answer).toMatchObject({ details: { turnId, kind: "command", decision: "accept" }, actor: { name: "Ada" } });
  expect(policy?.details).toMatchObject({ approvalPolicy: { from: "untrusted", to: "never" } });
  const everything = JSON.stringify(await linesOf(client));
  for (const planted of [secret, token, password, "touch made"]) expect(everything).not.toContain(planted);
});

test("an owner reads the log by pages and filters; nobody else does, and no cursor leads elsewhere", async ({
  server,
  owner,
}) => {
  const { client } = owner;
  for (const name of ["a", "b", "c"]) await client.request("skein/token/create", { name });
  const whole = await linesOf(client, { actions: ["token.created"] });
  const pages: Line[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: { data: Line[]; nextCursor: string | null } = await client.request("skein/audit/list", {
      ...{ cursor, limit: 2, actions: ["token.created"] },
    });
    pages.push(...page.data);
    cursor = page.nextCursor;
    if (cursor === null) break;
    const other = await server.database.addTenant();
    const { secret } = await createAccessToken(server.database.withTenant, other, { name: "theirs" });
    const thief = await openClient({ app: server.app, accessToken: secret });
    await thief.request("initialize", { clientInfo: { name: "thief", version: "1" } });
    const stolen = await thief.request("skein/audit/list", { cursor });
    expect(stolen.data).toEqual([]);
    thief.socket.terminate();
  }
  expect(pages).toEqual(whole);
  await expect(client.request("skein/audit/list", { cursor: "made up" })).rejects.toThrow(/invalid cursor/);

  const { secret } = await client.request("skein/token/create", { name: "reader", scopes: ["read", "prompt"] });
  const reader = await openClient({ app: server.app, accessToken: secret });
  await reader.request("initialize", { clientInfo: { name: "reader", version: "1" } });
  await expect(reader.request("skein/audit/list", {})).rejects.toBeInstanceOf(Refused);
  const refused = await fetch(new URL("/api/audit/export?format=csv", server.app.address.url), {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(refused.status).toBe(403);
  reader.socket.terminate();
});

test("bounds that no calendar of the database has leave out all or nothing", async ({ owner }) => {
  const { client } = owner;
  const all = await linesOf(client, {});
  expect(all).not.toEqual([]);
  for (const far of [1e17, 1e300]) {
    expect(await linesOf(client, { since: -far, until: far })).toEqual(all);
    expect(await linesOf(client, { since: far })).toEqual([]);
    expect(await linesOf(client, { until: -far })).toEqual([]);
  }
});

test("the export is the whole of what was asked for, is told itself, and opens in a table without harm", async ({
  owner,
}) => {
  const { browser, client } = owner;
  await client.request("skein/token/create", { name: '=cmd|" /C calc"!A0' });
  const csv = await browser.get("/api/audit/export?format=csv&actions=token.created");
  expect([csv.status, csv.headers["content-type"], csv.headers["content-disposition"]]).toEqual([
    ...[200, "text/csv; charset=utf-8", 'attachment; filename="activity.csv"'],
  ]);
  const listed = await linesOf(client, { actions: ["token.created"] });
  expect(String(csv.body).split("\r\n")).toHaveLength(listed.length + 2);
  expect(String(csv.body)).not.toMatch(/(^|,)"?[=+@-]/m);

  const jsonl = await browser.get("/api/audit/export?format=jsonl");
  const lines = String(jsonl.body)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ action: "audit.exported", details: { format: "jsonl" } });
  expect(lines.slice(1, 2)).toMatchObject([{ action: "audit.exported", details: { format: "csv" } }]);
  expect((await browser.get("/api/audit/export?format=xml")).status).toBe(400);
  browser.cookies.clear();
  expect((await browser.get("/api/audit/export?format=csv")).status).toBe(401);
});
