/** Who gets in, by what, and how long it lasts. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect as connectTcp } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { Browser } from "../testing/browser.ts";
import { startThread } from "../testing/conversation.ts";
import { test } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

type Headers = Readonly<Record<string, string>>;

/** By Node's own client: `fetch` sets Host and Origin as it likes. */
function get({ app }: TestServer, path: string, headers: Headers = {}, method = "GET") {
  return new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: string }>(
    (resolve, reject) => {
      const sent = httpRequest(new URL(path, app.address.url), { method, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      sent.on("error", reject);
      sent.end();
    },
  );
}

async function consoleUrl({ app }: TestServer): Promise<URL> {
  const link = await app.consoleLink();
  return new URL(link.type === "none" ? "" : link.url);
}

/** The cookie of a browser that used a fresh link. */
async function signIn(server: TestServer): Promise<string> {
  const link = await consoleUrl(server);
  const { status, headers } = await get(server, link.pathname + link.search);
  expect({ status, location: headers.location }).toEqual({ status: 303, location: "/" });
  const [cookie = ""] = headers["set-cookie"] as string[];
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
  return cookie.split(";")[0] ?? "";
}

/** The status with which an upgrade was refused; 101: it was not. */
async function upgrade({ app }: TestServer, headers: Headers, path = "/"): Promise<number> {
  const socket = new WebSocket(app.address.url.replace(/^http/, "ws") + path, { headers });
  socket.on("error", () => {});
  const [status] = await Promise.race([
    once(socket, "open").then(() => [101]),
    once(socket, "unexpected-response").then(([, response]) => [response.statusCode]),
  ]);
  socket.terminate();
  return status;
}

async function connectWith({ app }: TestServer, headers: Headers): Promise<TestClient> {
  const socket = new WebSocket(app.address.url.replace(/^http/, "ws"), { headers });
  const client = new TestClient(socket);
  await once(socket, "open");
  await client.request("initialize", { clientInfo: { name: "browser", version: "1" } });
  return client;
}

test("a sign-in link signs one browser in, once", async ({ server }) => {
  const link = await consoleUrl(server);
  const path = link.pathname + link.search;
  expect((await get(server, path)).status).toBe(303);
  const again = await get(server, path);
  expect(again.status).toBe(403);
  expect(again.headers["set-cookie"]).toBeUndefined();
  expect(again.body).toContain("This sign-in link does not work");
  const wrong = await get(server, "/sign-in?token=made-up");
  expect({ ...wrong, headers: {} }).toEqual({ ...again, headers: {} });
  expect((await get(server, "/sign-in")).status).toBe(403);
});

test("the cookie opens the session and the socket, and the right Origin is needed", async ({ server }) => {
  const cookie = await signIn(server);
  expect((await get(server, "/api/session")).status).toBe(401);
  const session = await get(server, "/api/session", { cookie });
  expect({ status: session.status, ...JSON.parse(session.body) }).toMatchObject({ status: 200, role: "owner" });
  const origin = server.app.address.url;
  expect(await upgrade(server, { cookie, origin })).toBe(101);
  expect(await upgrade(server, { cookie, origin }, "/ws")).toBe(101);
  for (const foreign of ["http://evil.example", "null", "http://127.0.0.1:1", origin.replace("http:", "https:")]) {
    expect(await upgrade(server, { cookie, origin: foreign })).toBe(403);
  }
  expect(await upgrade(server, { cookie: `${cookie}x`, origin })).toBe(401);
  const client = await connectWith(server, { cookie, origin });
  await startThread(client);
  client.socket.terminate();
});

test("a host by another name is refused, on every path", async ({ server }) => {
  const headers = { host: "evil.example", authorization: `Bearer ${server.accessToken}` };
  expect(await upgrade(server, headers)).toBe(403);
  for (const path of ["/", "/api/session", "/sign-in?token=x"])
    expect((await get(server, path, headers)).status).toBe(403);
});

test("without a token, or with a wrong one, there is no socket", async ({ server }) => {
  expect(await upgrade(server, {})).toBe(401);
  for (const authorization of ["Bearer wrong", "Bearer skein_pat_wrong", "Basic abc", "Bearer ", "Bearer"]) {
    expect(await upgrade(server, { authorization })).toBe(401);
  }
  const authorization = `Bearer ${server.accessToken}`;
  expect(await upgrade(server, { authorization })).toBe(101);
  expect(await upgrade(server, { authorization, origin: "http://evil.example" })).toBe(403);
  expect(await upgrade(server, { authorization }, "/elsewhere")).toBe(404);
});

test("a refused upgrade ends its connection", async ({ server }) => {
  const { hostname, port } = new URL(server.app.address.url);
  for (const line of ["Authorization: Bearer wrong", "Origin: http://evil.example"]) {
    const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const head = ["GET / HTTP/1.1", `Host: ${hostname}:${port}`, ...upgrade, `Sec-WebSocket-Key: ${"A".repeat(22)}==`];
    socket.write([...head, line, "", ""].join("\r\n"));
    expect((await text(socket)).split(" ")[1]).toMatch(/^40[13]$/);
    socket.destroy();
  }
});

test("signing out closes the session's sockets with 4401 and no others", async ({ server, join }) => {
  const [cookie, other] = [await signIn(server), await signIn(server)];
  const origin = server.app.address.url;
  const [mine, theirs] = [
    await connectWith(server, { cookie, origin }),
    await connectWith(server, { cookie: other, origin }),
  ];
  const bearer = await join();
  expect((await get(server, "/api/sign-out", { cookie, origin: "http://evil.example" }, "POST")).status).toBe(403);
  expect((await get(server, "/api/sign-out", { cookie, origin }, "POST")).status).toBe(204);
  expect(await mine.closed).toEqual({ code: 4401, reason: "signed out" });
  expect((await get(server, "/api/session", { cookie })).status).toBe(401);
  expect(await upgrade(server, { cookie, origin })).toBe(401);
  await theirs.request("thread/loaded/list", {});
  await bearer.request("thread/loaded/list", {});
  theirs.socket.terminate();
});

test("without accounts the one user's sessions are listed and ended too, and nothing else of accounts is there", async ({
  server,
}) => {
  const [cookie, other] = [await signIn(server), await signIn(server)];
  const origin = server.app.address.url;
  const open = await connectWith(server, { cookie: other, origin });
  expect(JSON.parse((await get(server, "/api/sign-in")).body)).toEqual({
    ...{ accounts: false, firstOwner: false, provider: null },
  });
  const sessions = async () => JSON.parse((await get(server, "/api/account/sessions", { cookie })).body).data;
  const [newest] = await sessions();
  expect(newest).toMatchObject({ isCurrent: false, tenantName: "Local user" });
  const browser = new Browser(origin, { cookie });
  expect((await browser.post("/api/account/sessions/end", { id: newest.id })).body).toEqual({ ended: 1 });
  expect(await open.closed).toMatchObject({ code: 4401 });
  expect((await sessions()).map(({ id }: { id: string }) => id)).not.toContain(newest.id);
  expect((await browser.get("/api/account")).status).toBe(401);
  expect((await browser.post("/api/account/tenants", { name: "x" })).status).toBe(403);
  for (const path of ["/api/sign-in", "/api/first-owner", "/api/invitation", "/api/provider/start"]) {
    expect((await browser.post(path)).status).toBe(404);
  }
  const client = await connectWith(server, { cookie, origin });
  await expect(client.request("skein/invitation/create", { role: "member" })).rejects.toThrow(/without accounts/);
  client.socket.terminate();
});

test("a token is shown once, listed without its secret, and revoked with everything it opened", async ({
  join,
  server,
}) => {
  const client = await join();
  const { secret, token } = await client.request("skein/token/create", { name: "laptop" });
  const { data } = await client.request("skein/token/list", {});
  expect(data.map(({ id }: { id: string }) => id)).toContain(token.id);
  expect(JSON.stringify(data)).not.toContain(secret);
  const laptop = await join({ token: secret });
  const threadId = await startThread(laptop);
  await client.request("thread/read", { threadId });
  await client.request("skein/token/revoke", { tokenId: token.id });
  expect(await laptop.closed).toEqual({ code: 4401, reason: "signed out" });
  expect(await upgrade(server, { authorization: `Bearer ${secret}` })).toBe(401);
  expect((await client.request("skein/token/list", {})).data.map(({ id }: { id: string }) => id)).not.toContain(
    token.id,
  );
  for (const tokenId of [token.id, "made-up", ""]) {
    expect((await client.ask("skein/token/revoke", { tokenId })).error).toMatchObject({
      ...{ code: -32600, message: `token not found: ${tokenId}` },
    });
  }
});
