/** A server with accounts that has none yet. */
import { expect, test } from "vitest";
import { Browser } from "../testing/browser.ts";
import { startTestServer } from "../testing/start-test-server.ts";

const ada = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };

test("the first stranger gets nothing, and the first owner the tenant that was there, by a link of the console", async () => {
  const server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "" });
  const browser = () => new Browser(server.app.address.url);
  const local = await server.database.app<{ tenant_id: string; user_id: string }[]>`
    select * from ensure_local_user(gen_random_uuid(), gen_random_uuid(), 'x')`;
  const stranger = browser();
  expect((await stranger.get("/api/sign-in")).body).toEqual({ accounts: true, firstOwner: true, provider: null });
  for (const token of ["", "made up", "x".repeat(201)]) {
    const account = { ...ada, email: "eve@example.org" };
    const { status } = await stranger.post("/api/first-owner", { token, tenantName: "Eve's", account });
    expect([400, 404]).toContain(status);
  }
  expect((await stranger.post("/api/sign-in", ada)).status).toBe(401);
  expect((await stranger.get("/sign-in?token=x")).status).toBe(404);
  expect((await stranger.get("/api/session")).status).toBe(401);
  expect(stranger.cookies.size).toBe(0);

  const link = await server.app.consoleLink();
  expect(link).toEqual({ type: "firstOwner", url: expect.stringMatching(/\/first-owner#[\w-]{43}$/) });
  const token = link.type === "none" ? "" : new URL(link.url).hash.slice(1);
  const first = browser();
  const claim = { token, tenantName: "Ada & Co", account: ada };
  for (const account of [
    { ...ada, password: "too short" },
    { ...ada, email: "ada" },
    { ...ada, name: "A\u202eda" },
  ]) {
    expect((await first.post("/api/first-owner", { ...claim, account })).status).toBe(400);
  }
  expect((await first.post("/api/first-owner", claim)).status).toBe(204);
  expect((await first.get("/api/session")).body).toEqual({
    ...{ name: "Ada", role: "owner", tenantId: local[0]?.tenant_id, userId: local[0]?.user_id, accounts: true },
  });
  expect((await stranger.post("/api/first-owner", claim)).status).toBe(404);
  expect(await server.app.consoleLink()).toEqual({ type: "none" });
  expect((await first.get("/api/account")).body).toEqual({
    ...{ name: "Ada", email: "ada@example.org", emailVerified: false, hasPassword: true, issuers: [] },
  });
  await server.stop();
});
