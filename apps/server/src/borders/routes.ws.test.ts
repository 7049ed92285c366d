/** Every route of HTTP across the border between tenants, as strangers ask with a cookie, with a token and with nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, Browser } from "../testing/browser.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { type Ids, inventLike, nameIds } from "./testing/ids.ts";
import { addPerson, addTenant, connectAs } from "./testing/people.ts";
import { type HttpCall, type RouteRow, routeRows } from "./testing/route-rows.ts";
import { rowsOf } from "./testing/rows-of-tenant.ts";
import { startBorderServer } from "./testing/start-border-server.ts";
import { markers, openVictim, type Victim } from "./testing/victim.ts";

/** A busy machine takes its time over a whole team with three threads, and over a row that makes workspaces. */
const patienceMs = 180_000;

let victim: Victim;
let plain: TestServer;
let stop: () => Promise<void>;

const provider = {
  SKEIN_TRUST_PROXY: "on",
  // Nobody listens there; that it cannot be reached is an answer too.
  ...{ SKEIN_OIDC_ISSUER: "http://127.0.0.1:9", SKEIN_OIDC_CLIENT_ID: "skein", SKEIN_OIDC_CLIENT_SECRET: "a secret" },
};

beforeAll(async () => {
  const server = await startBorderServer(provider);
  plain = await startTestServer();
  victim = await openVictim(server);
  stop = async () => {
    await victim.close();
    await Promise.all([server.stop(), plain.stop()]);
  };
}, patienceMs);

afterAll(() => stop());

/** From an address of its own each, so that no test uses up another's attempts. */
let addresses = 0;
const from = () => ({ "x-forwarded-for": `10.1.${Math.floor(++addresses / 250)}.${addresses % 250}` });

interface Stranger {
  readonly who: string;
  /** One of theirs, with nothing left from the one before. */
  readonly browser: () => Browser;
}

async function openStrangers(server: TestServer): Promise<readonly Stranger[]> {
  const { url } = server.app.address;
  const tenantId = await addTenant(server);
  const { secret } = await addPerson(server, tenantId, "owner");
  const host = await connectAs(server, secret);
  const { path } = await host.request("skein/invitation/create", { role: "owner" });
  host.socket.terminate();
  const signedIn = new Browser(url, from());
  const email = `eve${++addresses}@elsewhere.example`;
  const account = { name: "Eve", email, password: "correct horse battery" };
  const token = String(path).split("#")[1];
  expect((await signedIn.post("/api/invitation/accept-as-new", { token, account })).status).toBe(204);
  const cookies = [...signedIn.cookies];
  return [
    {
      who: "another team's owner, by cookie",
      browser: () => {
        const browser = new Browser(url, from());
        for (const [name, value] of cookies) browser.cookies.set(name, value);
        return browser;
      },
    },
    {
      who: "another team's owner, by token",
      browser: () => new Browser(url, { ...from(), authorization: `Bearer ${secret}` }),
    },
    { who: "nobody", browser: () => new Browser(url, from()) },
  ];
}

test("every route has a row, and no row is left over", () => {
  const registered = new Set([...victim.server.app.routes, ...plain.app.routes].filter((route) => !isFile(route)));
  expect(Object.keys(routeRows).toSorted()).toEqual([...registered].toSorted());
});

/** Of the built web app. */
function isFile(route: string): boolean {
  return /^GET \/(assets\/|[\w-]+\.\w+$)/.test(route);
}

describe("strangers learn nothing and change nothing", () => {
  for (const [route, row] of Object.entries(routeRows)) {
    const method = route.split(" ")[0] ?? "";
    test(route, { timeout: patienceMs }, async () => {
      const { server, tenantId, owner, browser } = victim;
      const before = await rowsOf(server, { tenantId });
      const heard = owner.frames.length;
      for (const stranger of await openStrangers(server)) {
        for (const stolen of victim.known) await tryEverything(stranger, method, row, stolen);
      }
      await owner.request("thread/loaded/list", {});
      expect(owner.frames.slice(heard).filter((frame) => "method" in frame)).toEqual([]);
      expect(await rowsOf(server, { tenantId })).toEqual(before);
      expect((await browser.get("/api/session")).status).toBe(200);
    });
  }
});

async function tryEverything({ who, browser }: Stranger, method: string, row: RouteRow, stolen: Ids): Promise<void> {
  const invented = inventLike(stolen);
  const aboutNothing = row.calls(invented);
  for (const [index, call] of row.calls(stolen).entries()) {
    const answer = await send(browser(), method, call);
    expect(answer).not.toMatch(new RegExp(`${markers.tenant}|${markers.threads}`));
    if (who === "nobody" && row.about === "oneself" && method === "GET") expect(answer).toContain("401");
    const other = aboutNothing[index] ?? call;
    // It names nothing that anybody has.
    if (JSON.stringify(other) === JSON.stringify(call)) continue;
    const unknown = await send(browser(), method, other);
    expect([who, nameIds(answer, stolen)]).toEqual([who, nameIds(unknown, invented)]);
  }
}

async function send(browser: Browser, method: string, { path, body }: HttpCall): Promise<string> {
  const answer = await (method === "GET" ? browser.get(path) : browser.post(path, body));
  expect(answer.status).not.toBe(500);
  return comparable(answer);
}

/** Without what is new in each answer. */
function comparable({ status, headers, body }: Answer): string {
  const { date: _, "set-cookie": cookies = [], "content-length": __, ...rest } = headers;
  const names = [cookies].flat().map((cookie) => cookie.split("=")[0]);
  const text = JSON.stringify({ status, headers: rest, names, body });
  return text.replaceAll(/\d{10,}/g, "(time)").replaceAll(/"(seenAt|retry-after|retryAfterSeconds)":"?\d+"?/g, '"$1"');
}

describe("cookies", () => {
  test("a session's token counts under the name of this server's port only", async () => {
    const { browser: own, server } = victim;
    const [name = "", value = ""] = [...own.cookies].find(([key]) => !key.endsWith("-device")) ?? [];
    for (const other of ["skein-4500", "skein", `__Host-${name}`, name.toUpperCase(), `${name}-device`]) {
      const thief = new Browser(server.app.address.url, from());
      thief.cookies.set(other, value);
      expect([other, (await thief.get("/api/session")).status]).toEqual([other, 401]);
    }
    const same = new Browser(server.app.address.url, { ...from(), host: "evil.example" });
    same.cookies.set(name, value);
    expect((await same.get("/api/session")).status).toBe(403);
  });
});
