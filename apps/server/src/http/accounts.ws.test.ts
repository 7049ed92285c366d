/** A server with accounts: who comes in, how, and what they may do then. */
import { readFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { expect } from "vitest";
import { ada, join, password, test } from "../testing/account-test.ts";
import { Browser } from "../testing/browser.ts";
import { startThread } from "../testing/conversation.ts";
import { openClient } from "../testing/server-test.ts";
import { Refused, type TestClient } from "../testing/test-client.ts";

test("an unknown address and a wrong password are answered alike, byte for byte", async ({ owner: _, browser }) => {
  const answers = [];
  for (const email of ["ada@example.org", "nobody@example.org", "no address at all"]) {
    const { date, ...headers } = (await browser().post("/api/sign-in", { email, password: "wrong, of course" }))
      .headers;
    answers.push({ headers, date: typeof date });
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  const refused = await browser().post("/api/sign-in", { email: "nobody@example.org", password: "wrong, of course" });
  expect([refused.status, refused.body]).toEqual([401, { error: "wrongCredentials" }]);
});

test("a sign-in makes another session each time, in cookies that no script reads", async ({ owner }) => {
  const before = new Map(owner.cookies);
  const { headers } = await owner.post("/api/sign-in", ada);
  const cookies = headers["set-cookie"] as string[];
  expect(cookies).toHaveLength(2);
  for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
  const changed = [...owner.cookies].filter(([name, value]) => before.get(name) !== value);
  expect(changed).toHaveLength(1);
});

test("another site signs nobody in or out, and another host is not served", async ({ server, owner, browser }) => {
  const cookie = [...owner.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const strange: readonly Record<string, string>[] = [
    { origin: "http://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { host: "evil.example" },
  ];
  for (const headers of strange) {
    const foreign = new Browser(server.app.address.url, { cookie, ...headers });
    for (const path of ["/api/sign-in", "/api/sign-out", "/api/account/password", "/api/account/sessions/end"]) {
      expect((await foreign.post(path, { ...ada, others: true })).status).toBe(403);
    }
  }
  expect((await owner.get("/api/session")).status).toBe(200);
  // A form of another site's can only send what browsers send without asking.
  const form = new Browser(server.app.address.url, { "content-type": "text/plain" });
  expect((await form.post("/api/sign-in", ada)).status).toBe(415);
  expect((await browser().get("/api/account")).status).toBe(401);
});

test("what an address may try is counted for who connects to the proxy, whatever they say of themselves", async ({
  owner: _,
  server,
}) => {
  const from = (forwarded: string) => new Browser(server.app.address.url, { "x-forwarded-for": forwarded });
  const guess = (browser: Browser, round: number) =>
    browser.post("/api/sign-in", { email: `${round}@example.org`, password: "a guess at it" });
  let tried = 0;
  // What the client made up stands before what the proxy added.
  while ((await guess(from(`192.0.2.${tried}, 198.51.100.7`), tried)).status === 401 && tried < 60) tried += 1;
  expect(tried).toBeGreaterThanOrEqual(30);
  expect(tried).toBeLessThan(60);
  const held = await guess(from("198.51.100.7"), 100);
  expect(held).toMatchObject({ status: 429, body: { error: "tooOften" } });
  expect(Number(held.headers["retry-after"])).toBeGreaterThan(0);
  expect((await guess(from("198.51.100.8"), 101)).status).toBe(401);
});

test("an invitation shows who invites where, and brings in once", async ({ owner, browser, connect }) => {
  const client = await connect(owner);
  const { path, invitation } = await client.request("skein/invitation/create", { role: "viewer", note: "for Bo" });
  const token = path.split("#")[1];
  const guest = browser();
  expect((await guest.post("/api/invitation", { token })).body).toEqual({
    ...{ tenantName: "Ada & Co", role: "viewer", invitedBy: "Ada", expiresAt: invitation.expiresAt },
  });
  expect((await client.request("skein/invitation/list", {})).data).toEqual([invitation]);
  const taken = { token, account: { ...ada, email: "ADA@example.org", password: "not hers, but long enough" } };
  const unknown = { token, account: { email: "nobody@example.org", password } };
  for (const wrong of [taken, unknown]) {
    expect(await guest.post("/api/invitation/accept-as-new", wrong)).toMatchObject({
      ...{ status: 401, body: { error: "wrongCredentials" } },
    });
  }
  const hers = { token, account: { email: "ADA@example.org", password: ada.password } };
  expect(await guest.post("/api/invitation/accept-as-new", hers)).toMatchObject({
    ...{ status: 409, body: { error: "alreadyMember" } },
  });
  expect(await owner.post("/api/invitation/accept", { token })).toMatchObject({
    ...{ status: 409, body: { error: "alreadyMember" } },
  });
  expect((await guest.post("/api/invitation/accept", { token })).status).toBe(401);
  const account = { name: "Bo", email: "bo@example.org", password };
  expect((await guest.post("/api/invitation/accept-as-new", { token, account })).status).toBe(204);
  expect((await guest.get("/api/session")).body).toMatchObject({ name: "Bo", role: "viewer" });
  for (const closed of [token, "made up"]) {
    expect((await browser().post("/api/invitation", { token: closed })).status).toBe(404);
    const again = { token: closed, account: { ...account, email: "cy@example.org" } };
    expect((await browser().post("/api/invitation/accept-as-new", again)).status).toBe(404);
  }
  const revoked = await client.request("skein/invitation/create", { role: "owner" });
  await client.request("skein/invitation/revoke", { invitationId: revoked.invitation.id });
  expect((await browser().post("/api/invitation", { token: revoked.path.split("#")[1] })).status).toBe(404);
  for (const invitationId of [revoked.invitation.id, invitation.id, "x"]) {
    await expect(client.request("skein/invitation/revoke", { invitationId })).rejects.toThrow(/^invitation not found/);
  }
});

test("a member does not see another's threads, and an owner sees all", async ({ owner, browser, connect }) => {
  const adas = await connect(owner);
  const [bo, cy] = [browser(), browser()];
  await join(adas, bo, "member", "bo-threads@example.org");
  await join(adas, cy, "viewer", "cy-threads@example.org");
  const [bos, cys] = [await connect(bo), await connect(cy)];
  const [hers, his] = [await startThread(adas), await startThread(bos)];
  const ids = async (client: TestClient) =>
    (await client.request("thread/list", {})).data.map(({ id }: { id: string }) => id);
  expect(await ids(adas)).toEqual(expect.arrayContaining([hers, his]));
  expect([await ids(bos), await ids(cys)]).toEqual([[his], []]);
  expect((await bos.request("thread/loaded/list", {})).data).toEqual([his]);
  expect((await cys.request("thread/loaded/list", {})).data).toEqual([]);
  const nobodys = crypto.randomUUID();
  for (const method of ["thread/read", "thread/resume", "thread/archive", "thread/fork", "thread/turns/list"]) {
    const foreign = await bos.ask(method, { threadId: hers });
    const unknown = await bos.ask(method, { threadId: nobodys });
    expect(JSON.stringify({ ...foreign, id: 0 }).replaceAll(hers, "ID")).toBe(
      JSON.stringify({ ...unknown, id: 0 }).replaceAll(nobodys, "ID"),
    );
    expect(foreign.error).toBeDefined();
  }
  await adas.request("thread/name/set", { threadId: hers, name: "not for everybody" });
  await bos.request("thread/name/set", { threadId: his, name: "for Ada too" });
  await adas.notified("thread/name/updated", ({ threadId }) => threadId === his);
  // Whatever was announced before went out before these answers.
  for (const client of [bos, cys]) await client.request("thread/list", {});
  for (const client of [bos, cys]) expect(JSON.stringify(client.notifications())).not.toContain(hers);
  expect(cys.notifications("thread/started")).toEqual([]);
});

test("an owner renames the tenant: everybody there is told at once, and who comes by an invitation reads it", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const bo = browser();
  await join(adas, bo, "member", "bo-renames@example.org");
  const bos = await bo.connect({ replay: true });
  await expect(bos.request("skein/tenant/rename", { name: "Bo & Co" })).rejects.toThrow(/^not allowed: /);
  for (const name of ["  ", "x".repeat(101), "Ada\u202e & Co"]) {
    await expect(adas.request("skein/tenant/rename", { name })).rejects.toThrow(/^the name must /);
  }
  await adas.request("skein/tenant/rename", { name: "  Ada & Friends " });
  await bos.notified("skein/tenant/changed", ({ name }) => name === "Ada & Friends");
  const { path } = await adas.request("skein/invitation/create", { role: "viewer" });
  expect((await browser().post("/api/invitation", { token: path.split("#")[1] })).body).toMatchObject({
    tenantName: "Ada & Friends",
  });
  expect((await bo.get("/api/account/tenants")).body.data).toMatchObject([{ name: "Ada & Friends", isCurrent: true }]);
  await adas.request("skein/tenant/rename", { name: "Ada & Friends" });
  await adas.request("skein/tenant/rename", { name: "Ada & Co" });
  const { data } = await adas.request("skein/audit/list", { actions: ["tenant.renamed"] });
  expect(data.map(({ details }: { details: unknown }) => details)).toEqual([
    { name: "Ada & Co", nameBefore: "Ada & Friends" },
    { name: "Ada & Friends", nameBefore: "Ada & Co" },
  ]);
  bos.socket.terminate();
});

test("roles bound what is done in the tenant", async ({ owner, browser, connect }) => {
  const adas = await connect(owner);
  const [bo, cy] = [browser(), browser()];
  await join(adas, bo, "member", "bo-roles@example.org");
  await join(adas, cy, "viewer", "cy-roles@example.org");
  const [bos, cys] = [await connect(bo), await connect(cy)];
  const { data } = await cys.request("skein/member/list", {});
  const known = data.filter(({ email }: { email: string }) => /^ada|-roles/.test(email));
  expect(
    known.map(({ name, role, isYou }: { name: string; role: string; isYou: boolean }) => [name, role, isYou]),
  ).toEqual([
    ["Ada", "owner", false],
    ["bo-roles", "member", false],
    ["cy-roles", "viewer", true],
  ]);
  const { userId } = known[1];
  const owners: readonly [string, object][] = [
    ["skein/member/update", { userId, role: "owner" }],
    ["skein/member/remove", { userId }],
    ["skein/invitation/create", { role: "owner" }],
    ["skein/invitation/list", {}],
    ["skein/invitation/revoke", { invitationId: "x" }],
  ];
  for (const client of [bos, cys]) {
    for (const [method, params] of owners)
      await expect(client.request(method, params)).rejects.toThrow(/^not allowed: /);
  }
  for (const [method, params] of [
    ["thread/start", {}],
    ["skein/workspace/create", { name: "x" }],
  ] as const) {
    await expect(cys.request(method, params)).rejects.toThrow(/^not allowed: /);
  }
  // How busy the process is would tell one tenant of the others.
  expect(await adas.request("server/diagnostics", {})).toMatchObject({
    process: { residentMemoryBytes: 0 },
    gauges: [],
  });
  await startThread(bos);
  await expect(adas.request("skein/tenant/leave", {})).rejects.toThrow("the tenant would be left without an owner");
});

test("another role closes what is open, to be opened with it; who is removed stays out", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const bo = browser();
  await join(adas, bo, "viewer", "bo-change@example.org");
  const viewers = await connect(bo);
  const { userId } = (await bo.get("/api/session")).body;
  await adas.request("skein/member/update", { userId, role: "member" });
  expect(await viewers.closed).toMatchObject({ code: 4402 });
  const members = await connect(bo);
  await startThread(members);
  await adas.request("skein/member/remove", { userId });
  expect(await members.closed).toMatchObject({ code: 4401 });
  expect((await bo.get("/api/session")).status).toBe(401);
  const again = await bo.post("/api/sign-in", { email: "bo-change@example.org", password });
  expect([again.status, again.body]).toEqual([403, { error: "noTenant" }]);
});

test("a changed password closes the sockets of other sessions and leaves this one", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const [here, there] = [browser(), browser()];
  const email = "bo-password@example.org";
  await join(adas, here, "member", email);
  await there.post("/api/sign-in", { email, password });
  const [kept, closed] = [await connect(here), await connect(there)];
  const next = "another horse battery";
  expect((await here.post("/api/account/password", { current: "not this one", next })).status).toBe(403);
  expect((await here.post("/api/account/password", { current: password, next: "short" })).body).toMatchObject({
    field: "next",
  });
  expect((await here.post("/api/account/password", { current: password, next })).body).toEqual({ ended: 1 });
  expect(await closed.closed).toMatchObject({ code: 4401 });
  await kept.request("thread/list", {});
  expect((await there.post("/api/sign-in", { email, password })).status).toBe(401);
  expect((await there.post("/api/sign-in", { email, password: next })).status).toBe(204);
});

test("sessions are listed, and ended one by one or all but this, with what is open under them", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const email = "bo-sessions@example.org";
  const browsers = [browser(), browser(), browser()] as const;
  await join(adas, browsers[0], "member", email);
  for (const other of browsers.slice(1)) await other.post("/api/sign-in", { email, password });
  const sockets = await Promise.all(browsers.map(connect));
  const { data } = (await browsers[0].get("/api/account/sessions")).body;
  expect(data).toHaveLength(3);
  expect(data[2]).toMatchObject({ isCurrent: true, tenantName: "Ada & Co", userAgent: "a browser" });
  expect(JSON.stringify(data)).not.toContain([...browsers[0].cookies.values()][0]);
  expect((await browsers[0].post("/api/account/sessions/end", { id: data[0].id })).body).toEqual({ ended: 1 });
  expect(await sockets[2]?.closed).toMatchObject({ code: 4401 });
  expect((await browsers[0].post("/api/account/sessions/end", { id: data[0].id })).status).toBe(404);
  const { data: adasSessions } = (await owner.get("/api/account/sessions")).body;
  expect((await browsers[0].post("/api/account/sessions/end", { id: adasSessions[0].id })).status).toBe(404);
  expect((await browsers[0].post("/api/account/sessions/end", { others: true })).body).toEqual({ ended: 1 });
  expect(await sockets[1]?.closed).toMatchObject({ code: 4401 });
  await sockets[0]?.request("thread/list", {});
});

test("several tenants are several sessions, and going to another ends the one before", async ({
  owner,
  browser,
  connect,
  server,
}) => {
  const bo = browser();
  await join(await connect(owner), bo, "member", "bo-tenants@example.org");
  expect((await bo.post("/api/account/tenants", { name: "Bo's" })).status).toBe(403);
  const before = await connect(owner);
  const { tenantId: first } = (await owner.get("/api/session")).body;
  const threadId = await startThread(before);
  const { tenantId: second } = (await owner.post("/api/account/tenants", { name: "Second" })).body;
  expect(await before.closed).toMatchObject({ code: 4401 });
  const client = await connect(owner);
  await expect(client.request("thread/read", { threadId })).rejects.toThrow(Refused);
  // The machine's directories belong to the tenant that was there first.
  for (const cwd of [server.root, `${server.root}/none`]) {
    await expect(client.request("thread/start", { cwd })).rejects.toThrow(
      /directories of the server are not for this team/,
    );
  }
  const { path } = await client.request("skein/invitation/create", { role: "owner" });
  const token = path.split("#")[1];
  expect((await bo.post("/api/account/tenant", { tenantId: second })).status).toBe(404);
  expect((await bo.post("/api/invitation/accept", { token })).status).toBe(204);
  expect((await bo.get("/api/session")).body).toMatchObject({ tenantId: second, role: "owner" });
  const { data } = (await bo.get("/api/account/tenants")).body;
  expect(data).toEqual([
    { id: first, name: "Ada & Co", role: "member", isCurrent: false },
    { id: second, name: "Second", role: "owner", isCurrent: true },
  ]);
  expect((await bo.post("/api/account/tenant", { tenantId: first })).status).toBe(204);
  expect((await bo.get("/api/session")).body).toMatchObject({ tenantId: first, role: "member" });
  expect((await owner.post("/api/account/tenant", { tenantId: first })).status).toBe(204);
});

test("an access token carries what it was made for, and never more than its maker", async ({
  owner,
  server,
  connect,
}) => {
  const adas = await connect(owner);
  const open = async (params: object) => {
    const { secret } = await adas.request("skein/token/create", { name: "x", ...params });
    const client = await openClient({ app: server.app, accessToken: secret });
    await client.request("initialize", {
      clientInfo: { name: "x", version: "1" },
      capabilities: { experimentalApi: true },
    });
    return client;
  };
  const threadId = await startThread(adas);
  const reader = await open({ scopes: ["read"] });
  await reader.request("thread/read", { threadId });
  for (const [method, params] of [
    ["thread/start", {}],
    ["turn/start", { threadId, input: [{ type: "text", text: "x", text_elements: [] }] }],
    ["thread/delete", { threadId }],
    ["thread/shellCommand", { threadId, command: "true" }],
    ["thread/resume", { threadId, model: "another" }],
    ["skein/token/create", { name: "more" }],
    ["skein/member/remove", { userId: "x" }],
  ] as const) {
    await expect(reader.request(method, params), method).rejects.toThrow(/^not allowed: /);
  }
  const prompter = await open({ scopes: ["read", "prompt"] });
  await prompter.request("thread/settings/update", { threadId, effort: "low" });
  await expect(prompter.request("thread/settings/update", { threadId, approvalPolicy: "never" })).rejects.toThrow(
    "not allowed: changing these settings needs the right to approve",
  );
  const manager = await open({ scopes: ["read", "manage"] });
  await expect(manager.request("skein/token/create", { name: "x", scopes: ["prompt"] })).rejects.toThrow(
    /more than its maker/,
  );
  const { token } = await manager.request("skein/token/create", { name: "x" });
  expect(token).toMatchObject({ scopes: ["read", "manage"], expiresAt: null });
  await expect(manager.request("skein/token/create", { name: "x", expiresAt: 1 })).rejects.toThrow(/in the future/);
  const expiresAt = Date.now() + 3_600_000;
  const lasting = await manager.request("skein/token/create", { name: "x", expiresAt });
  expect(lasting.token.expiresAt).toBe(expiresAt);
  await server.database.administer(
    (sql) => sql`update access_tokens set expires_at = now() where id = ${lasting.token.id}`,
  );
  const expired = await openClient({ app: server.app, accessToken: lasting.secret }).catch(
    (error: Error) => error.message,
  );
  expect(expired).toContain("401");
  for (const client of [reader, prompter, manager]) client.socket.terminate();
});

test("a link of the operator's sets a new password where the old one is forgotten", async ({
  owner,
  browser,
  connect,
  server,
}) => {
  const bo = browser();
  const email = "bo-forgets@example.org";
  await join(await connect(owner), bo, "member", email);
  const open = await connect(bo);
  const control = JSON.parse(await readFile(joinPath(server.dataDirectory, "control.json"), "utf8"));
  const operator = new Browser(server.app.address.url, { authorization: `Bearer ${control.secret}` });
  expect((await operator.post("/api/control/sign-in-link", { email: "nobody@example.org" })).body).toEqual({
    type: "none",
  });
  const { body: link } = await operator.post("/api/control/sign-in-link", { email });
  expect(link).toEqual({ type: "password", url: expect.stringMatching(/\/new-password#/) });
  const token = new URL(link.url).hash.slice(1);
  const next = { token, password: "another horse battery" };
  expect((await browser().post("/api/password-link", { ...next, token: "x" })).status).toBe(404);
  expect((await browser().post("/api/password-link", next)).status).toBe(204);
  expect(await open.closed).toMatchObject({ code: 4401 });
  expect((await browser().post("/api/password-link", next)).status).toBe(404);
  expect((await browser().post("/api/sign-in", { email, password: next.password })).status).toBe(204);
});
