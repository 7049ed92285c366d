/** What people change of their own accounts, and what remains of one that is deleted. */
import { expect } from "vitest";
import { join, password, test } from "../testing/account-test.ts";
import type { Browser } from "../testing/browser.ts";
import { runTurn, startThread } from "../testing/conversation.ts";
import { says } from "../testing/prompts.ts";
import type { TestClient } from "../testing/test-client.ts";

async function linesOf(client: TestClient, action: string) {
  const { data } = await client.request("skein/audit/list", { actions: [action], limit: 200 });
  return data;
}

const idOf = async (browser: Browser): Promise<string> => (await browser.get("/api/session")).body.userId;

test("another name is what others see, from the next prompt on", async ({ owner, browser, connect }) => {
  const adas = await connect(owner);
  const bo = browser();
  await join(adas, bo, "member", "bo-name@example.org");
  const before = await connect(bo);
  for (const name of ["", "B\u202eo", "x".repeat(101)]) {
    expect((await bo.post("/api/account/name", { name })).status).toBe(400);
  }
  expect((await bo.post("/api/account/name", { name: " Beatrice " })).status).toBe(204);
  expect(await before.closed).toMatchObject({ code: 4402 });
  const after = await connect(bo);
  expect((await after.request("skein/server/info", {})).principal.name).toBe("Beatrice");
  const { data } = await adas.request("skein/member/list", {});
  expect(data.map(({ name }: { name: string }) => name)).toContain("Beatrice");
  const subject = await idOf(bo);
  expect((await linesOf(adas, "name.changed"))[0]).toMatchObject({
    ...{ subject, actor: { name: "bo-name" }, details: { from: "bo-name", to: "Beatrice" } },
  });
  expect((await bo.post("/api/account/name", { name: "Beatrice" })).status).toBe(204);
  await after.request("thread/list", {});
  expect(await linesOf(adas, "name.changed")).toHaveLength(1);
  expect((await browser().post("/api/account/name", { name: "Eve" })).status).toBe(401);
});

test("another address needs the password, is nobody else's, and is what one signs in by", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const [bo, other] = [browser(), browser()];
  await join(adas, bo, "member", "bo-email@example.org");
  await join(adas, other, "member", "bo-taken@example.org");
  const next = "Bo-Moved@example.org";
  const change = (body: object) => bo.post("/api/account/email", { email: next, current: password, ...body });
  expect(await change({ current: "not this one" })).toMatchObject({ status: 403, body: { error: "wrongPassword" } });
  expect(await change({ email: "no address" })).toMatchObject({ status: 400, body: { field: "email" } });
  expect(await change({ email: "BO-taken@example.org" })).toMatchObject({
    ...{ status: 409, body: { error: "emailTaken" } },
  });
  const open = await connect(bo);
  expect((await change({})).status).toBe(204);
  await open.request("thread/list", {});
  expect((await bo.get("/api/account")).body).toMatchObject({ email: next, emailVerified: false });
  expect((await browser().post("/api/sign-in", { email: "bo-email@example.org", password })).status).toBe(401);
  expect((await browser().post("/api/sign-in", { email: next.toLowerCase(), password })).status).toBe(204);
  const [line] = await linesOf(adas, "email.changed");
  expect(line).toMatchObject({ subject: await idOf(bo), details: {} });
});

test("a deleted account takes sessions, tokens and memberships along, and leaves what was written", async ({
  owner,
  browser,
  connect,
  server,
}) => {
  const adas = await connect(owner);
  const [bo, elsewhere] = [browser(), browser()];
  const email = "bo-leaves@example.org";
  await join(adas, bo, "member", email);
  await elsewhere.post("/api/sign-in", { email, password });
  const [here, there] = [await connect(bo), await connect(elsewhere)];
  const threadId = await startThread(here);
  await runTurn(here, threadId, [says("Written for Bo.")]);
  const { secret } = await here.request("skein/token/create", { name: "laptop" });
  const userId = await idOf(bo);
  expect((await bo.post("/api/account/delete", { current: "not this one" })).status).toBe(403);
  await here.request("thread/list", {});

  expect((await bo.post("/api/account/delete", { current: password })).status).toBe(204);
  for (const socket of [here, there]) expect(await socket.closed).toMatchObject({ code: 4401 });
  expect(bo.cookies.size).toBeLessThan(2);
  expect((await elsewhere.get("/api/session")).status).toBe(401);
  expect((await elsewhere.post("/api/sign-in", { email, password })).status).toBe(401);
  const token = await fetch(`${server.app.address.url}/api/session`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(token.status).toBe(401);

  const { data } = await adas.request("skein/member/list", {});
  expect(data.map((member: { userId: string }) => member.userId)).not.toContain(userId);
  const { thread } = await adas.request("thread/read", { threadId, includeTurns: true });
  expect(thread.createdBy).toBe(userId);
  expect(JSON.stringify(thread.turns)).toContain("Written for Bo.");
  expect((await linesOf(adas, "account.deleted"))[0]).toMatchObject({
    ...{ subject: userId, actor: { type: "user", id: userId, name: "bo-leaves" } },
  });
  // Nothing keeps the address, so somebody may come in with it anew.
  const again = browser();
  await join(adas, again, "viewer", email);
  expect(await idOf(again)).not.toBe(userId);
});

test("the only owner of a team stays until there is another, also when two go together", async ({
  owner,
  browser,
  connect,
}) => {
  const adas = await connect(owner);
  const bo = browser();
  await join(adas, bo, "owner", "bo-owner@example.org");
  expect((await bo.post("/api/account/tenants", { name: "Bo's own" })).status).toBe(200);
  const refused = await bo.post("/api/account/delete", { current: password });
  expect([refused.status, refused.body]).toEqual([409, { error: "lastOwner", tenants: ["Bo's own"] }]);
  const bos = await connect(bo);
  for (let round = 0; round < 4; round += 1) {
    const second = browser();
    await join(bos, second, "owner", `second-${round}@example.org`);
    const third = browser();
    await join(await connect(second), third, "owner", `third-${round}@example.org`);
    const answers = await Promise.all(
      [second, third].map((one) => one.post("/api/account/delete", { current: password })),
    );
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  }
  const last = browser();
  await join(bos, last, "owner", "last@example.org");
  const both = await Promise.all([bo, last].map((one) => one.post("/api/account/delete", { current: password })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409]);
});

test("who joins a team while their account is deleted is in none afterwards", async ({ owner, browser, connect }) => {
  const adas = await connect(owner);
  for (let round = 0; round < 6; round += 1) {
    const [bo, other] = [browser(), browser()];
    const email = `bo-race-${round}@example.org`;
    await join(adas, bo, "member", email);
    await other.post("/api/sign-in", { email, password });
    const founder = browser();
    await join(adas, founder, "owner", `founder-${round}@example.org`);
    await founder.post("/api/account/tenants", { name: "Elsewhere" });
    const founders = await connect(founder);
    const { path } = await founders.request("skein/invitation/create", { role: "member" });
    const token = path.split("#")[1] ?? "";
    const [gone] = await Promise.all([
      bo.post("/api/account/delete", { current: password }),
      other.post("/api/invitation/accept", { token }),
    ]);
    expect(gone.status).toBe(204);
    expect((await other.get("/api/session")).status).toBe(401);
    const { data } = await founders.request("skein/member/list", {});
    expect(data).toHaveLength(1);
  }
});
