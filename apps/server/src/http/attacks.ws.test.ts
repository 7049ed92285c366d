/** What pages of other sites, strangers and broken proxies try against the web server: every route of it, where that makes sense. */
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { addPerson } from "../borders/testing/people.ts";
import { routeRows } from "../borders/testing/route-rows.ts";
import { markers, openVictim, type Victim } from "../borders/testing/victim.ts";
import { readControlFile } from "../control/control-file.ts";
import { Browser } from "../testing/browser.ts";
import { sendRaw, statuses } from "../testing/raw-http.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

let server: TestServer;
let victim: Victim;
let url: string;
let host: string;
let cookie: string;
let log = "";

const metricsToken = "a-metrics-token-for-tests";

beforeAll(async () => {
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log += chunk;
      done();
    },
  });
  const settings = {
    SKEIN_ACCOUNTS: "on",
    SKEIN_ACCESS_TOKEN: "",
    SKEIN_METRICS_TOKEN: metricsToken,
    LOG_LEVEL: "trace",
  };
  server = await startTestServer(settings, undefined, stream);
  victim = await openVictim(server);
  url = server.app.address.url;
  host = new URL(url).host;
  cookie = [...victim.browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
});

afterAll(async () => {
  await victim.close();
  await server.stop();
});

const sample = () => victim.known[0] as NonNullable<(typeof victim.known)[0]>;
const rows = Object.entries(routeRows).filter(([route]) => route !== "GET /sign-in" && !route.includes("/provider/"));
const changing = rows.filter(([route]) => !route.startsWith("GET "));
const pathOf = (row: (typeof rows)[0][1]) => row.calls(sample())[0]?.path ?? "/";

describe("another site's page changes nothing, whatever it sends along", () => {
  for (const [route, row] of changing) {
    test(route, async () => {
      const path = pathOf(row);
      const body = row.calls(sample())[0]?.body ?? {};
      const tries: readonly Record<string, string>[] = [
        { cookie, origin: "http://evil.example" },
        { cookie, origin: "null" },
        { cookie, origin: `${url}.evil.example` },
        { cookie, origin: url, "sec-fetch-site": "cross-site" },
        { cookie, origin: url, "sec-fetch-site": "same-site" },
      ];
      for (const headers of tries) {
        const answer = await new Browser(url, headers).post(path, body);
        expect([headers, answer.status]).toEqual([headers, 403]);
      }
      // What a form can send without asking, from a browser too old to say who is behind it.
      const type = (name: string) => `Content-Type: ${name}\r\n`;
      for (const form of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
        const text = JSON.stringify(body);
        const head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n${type(form)}`;
        const answer = await sendRaw(url, `${head}Content-Length: ${text.length}\r\n\r\n${text}`);
        expect([form, statuses(answer)]).toEqual([form, [415]]);
      }
      expect((await victim.browser.get("/api/session")).status).toBe(200);
    });
  }
});

test("no page of another site opens a socket, and none under another name", async () => {
  const tries: readonly Record<string, string>[] = [
    { cookie, origin: "http://evil.example" },
    { cookie, origin: "null" },
    { cookie, origin: url.replace("http", "https") },
    { cookie, origin: url.replace(/\d+$/, "1") },
    { cookie, host: "evil.example" },
    { cookie: cookie.replace(/=[^;]*/g, "=x"), origin: url },
    { authorization: "Bearer x" },
  ];
  for (const path of ["/", "/ws"]) {
    for (const headers of tries) {
      const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, { headers });
      const refused = await new Promise((resolve) => {
        socket.on("open", () => resolve("open"));
        socket.on("error", (error) => resolve(error.message));
      });
      expect([headers, refused]).toEqual([headers, expect.stringMatching(/Unexpected server response: 40[13]/)]);
    }
  }
});

describe("every answer says what a browser may do with it, and nothing is kept on the way", () => {
  const paths = () => [
    ...rows.map(([, row]) => pathOf(row)),
    ...["/nothing-here", "/api/nothing", "/%", "/%00", "/..%2f..%2fetc/passwd", "//evil.example/", "/sign-in?token=x"],
  ];
  test("in whatever way it is asked", async () => {
    const expected = {
      "content-security-policy": expect.stringMatching(/^default-src 'none';script-src 'self';style-src 'self';/),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": expect.stringMatching(/^(no-store|no-cache)$/),
    };
    // Among what is asked for is to be signed out.
    const signedIn = new Browser(url);
    const account = { email: `ada@${markers.tenant}.example`, password: "correct horse battery" };
    expect((await signedIn.post("/api/sign-in", account)).status).toBe(204);
    const askers = [
      signedIn,
      new Browser(url, { cookie: "", accept: "text/html" }),
      new Browser(url, { cookie, host: "evil.example" }),
      new Browser(url, { cookie, origin: "http://evil.example" }),
    ];
    for (const path of paths()) {
      for (const asker of askers) {
        for (const answer of [await asker.get(path), await asker.post(path, { no: "sense" })]) {
          const { status, headers, body } = answer;
          expect({ path, status, ...headers }).toMatchObject(expected);
          expect([path, status]).not.toEqual([path, 500]);
          expect(headers["access-control-allow-origin"]).toBeUndefined();
          expect(headers["content-security-policy"]).not.toMatch(/unsafe|\*|http:|https:/);
          expect(String(headers.location ?? "/")).toMatch(/^\/(?![/\\])/);
          // The page is the same for everybody; only what is nobody's may be kept at all.
          if (headers["cache-control"] === "no-cache") expect(String(body)).toContain("<!doctype html>");
        }
      }
    }
  });

  test("what is too much, or cannot be read, is refused with the same headers and tells nothing of the inside", async () => {
    const json = "Content-Type: application/json\r\n";
    const post = (more: string, body: string) =>
      `POST /api/sign-in HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
    const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
    const cases: readonly [string, number][] = [
      [post(json, "{"), 400],
      [post(json, '{"__proto__":{"email":"x"}}'), 400],
      [post(json, '{"constructor":{"prototype":{"email":"x"}}}'), 400],
      [post(json, deep), 400],
      [post(json, `"${"x".repeat(2_000_000)}"`), 413],
      [post("Content-Type: application/xml\r\n", "<x/>"), 415],
      [`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nCookie: ${"a=b; ".repeat(10_000)}\r\n\r\n`, 431],
    ];
    for (const [bytes, status] of cases) {
      const answer = await sendRaw(url, bytes);
      expect(statuses(answer)).toEqual([status]);
      expect(answer).not.toMatch(/node_modules|\.ts:|\bat \w+ \(/);
      if (status !== 431) expect(answer).toMatch(/content-security-policy: default-src 'none'/i);
    }
  });
});

test("nothing is compressed, so no length tells of what is in it", async () => {
  const answer = await new Browser(url, { cookie, "accept-encoding": "gzip, br, deflate" }).get("/api/account");
  expect(answer.headers["content-encoding"]).toBeUndefined();
  const socket = new WebSocket(url.replace("http", "ws"), { headers: { cookie, origin: url } });
  await new Promise((resolve) => socket.on("open", resolve));
  expect(socket.extensions).toBe("");
  socket.terminate();
});

describe("one request is one request", () => {
  const hidden = `GET /api/account HTTP/1.1\r\nHost: HOST\r\nCookie: COOKIE\r\n\r\n`;
  const inner = () => hidden.replace("HOST", host).replace("COOKIE", cookie);
  const post = (more: string, body: string) =>
    `POST /api/sign-out HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example\r\n${more}\r\n${body}`;

  test("two lengths, a length beside chunks, and odd line ends end the connection", async () => {
    for (const bytes of [
      post(`Content-Length: 0\r\nContent-Length: ${inner().length}\r\n`, inner()),
      post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${inner()}`),
      post("Transfer-Encoding: chunked, identity\r\n", `0\r\n\r\n${inner()}`),
      post("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${inner()}`),
      post("Content-Length: +5\r\n", inner()),
      post("Transfer-Encoding : chunked\r\n", `0\r\n\r\n${inner()}`),
      post("X: y\r\n Content-Length: 3\r\nContent-Length: 0x5\r\n", inner()),
      post("Host: evil.example\r\nContent-Length: 0\r\n", "\0"),
    ]) {
      const answer = await sendRaw(url, bytes);
      expect([bytes, statuses(answer).filter((status) => status < 400)]).toEqual([bytes, []]);
      expect(answer).not.toContain("@");
    }
  });

  test("the body of one that was refused is not taken for the next", async () => {
    const body = inner();
    const bytes = post(`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`, body);
    const last = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    expect(statuses(await sendRaw(url, bytes + last))).toEqual([403, 200]);
  });

  test("what comes with an upgrade that was refused is not served", async () => {
    const offer =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";
    const bytes = `GET /ws HTTP/1.1\r\nHost: ${host}\r\n${offer}Content-Length: ${inner().length}\r\n\r\n${inner()}`;
    const answer = await sendRaw(url, bytes);
    expect(statuses(answer)).toEqual([401]);
  });

  test("what comes with one that was not, is taken for frames, and ends it", async () => {
    const offer =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n";
    const bytes = `GET /ws HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\nCookie: ${cookie}\r\n${offer}\r\n${inner()}`;
    const answer = await sendRaw(url, bytes);
    expect(statuses(answer)).toEqual([101]);
    expect(answer).not.toContain("@");
  });
});

test("who does not finish asking is not waited for", { timeout: 60_000 }, async () => {
  const half = [`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `, "G"].map((bytes) => sendRaw(url, bytes));
  for (const answer of await Promise.all(half)) expect(statuses(answer)).toEqual([408]);
});

describe("how the process is, only its operator sees", () => {
  const figures = /skein_connections|nodejs_/;
  const strangers: readonly Record<string, string>[] = [
    { "x-forwarded-for": "203.0.113.5" },
    { forwarded: "for=203.0.113.5" },
    { via: "1.1 a-proxy" },
    { host: "evil.example" },
    { "sec-fetch-site": "cross-site" },
    { origin: "http://evil.example" },
    { "x-forwarded-for": "203.0.113.5", authorization: "Bearer a-wrong-token-of-some-length" },
  ];

  test("strangers learn that it lives", async () => {
    for (const headers of strangers) {
      const stranger = new Browser(url, headers);
      expect((await stranger.get("/metrics")).status).toBe(404);
      expect((await stranger.get("/healthz")).body).toEqual({ status: "ok" });
      expect((await stranger.get("/readyz")).body).toEqual({ status: "ready" });
    }
    const { secret } = await addPerson(server, victim.tenantId, "owner");
    const signedIn = new Browser(url, { "x-forwarded-for": "203.0.113.5", authorization: `Bearer ${secret}` });
    expect((await signedIn.get("/metrics")).status).toBe(404);
  });

  test("whoever asks on the machine itself, or with the token, sees the rest", async () => {
    const here = new Browser(url, { "x-other": "y", origin: url });
    const token = new Browser(url, { "x-forwarded-for": "203.0.113.5", authorization: `Bearer ${metricsToken}` });
    for (const operator of [here, token]) {
      expect(String((await operator.get("/metrics")).body)).toMatch(figures);
      expect((await operator.get("/healthz")).body).toHaveProperty("version");
    }
  });
});

test("the log of all this holds no secret", async () => {
  const { person } = victim.insiders[0] as NonNullable<(typeof victim.insiders)[0]>;
  await new Browser(url, { authorization: `Bearer ${person.secret}` }).get("/api/session?token=in-the-address-1234");
  await new Browser(url).get("/api/provider/callback?code=in-the-address-1234");
  await new Browser(url).post("/api/sign-in", { email: "x@example.org", password: "a-password-in-a-body" });
  const secrets = [
    ...victim.browser.cookies.values(),
    ...[person.secret, sample().invitationSecret, metricsToken, "correct horse battery"],
    ...["in-the-address-1234", "a-password-in-a-body"],
  ];
  expect(log).toContain("a session was opened");
  for (const secret of secrets) expect([secret, log.includes(secret)]).toEqual([secret, false]);
});

test("behind TLS the cookies are for TLS only, and the browser is told to stay with it", async () => {
  const secure = await startTestServer({
    ...{
      SKEIN_ACCOUNTS: "on",
      SKEIN_ACCESS_TOKEN: "",
      SKEIN_PUBLIC_URL: "https://skein.example",
      SKEIN_TRUST_PROXY: "on",
    },
  });
  try {
    const link = await secure.app.consoleLink();
    const token = link.type === "none" ? "" : new URL(link.url).hash.slice(1);
    const here = (await readControlFile(secure.dataDirectory))?.url ?? "";
    const proxied = new Browser(here, { host: "skein.example", origin: "https://skein.example" });
    const account = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
    const answer = await proxied.post("/api/first-owner", { token, tenantName: "Ada", account });
    expect(answer.status).toBe(204);
    expect(answer.headers["strict-transport-security"]).toMatch(/max-age=31536000/);
    for (const set of answer.headers["set-cookie"] as string[]) {
      expect(set).toMatch(/^__Host-skein-443=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    }
    for (const origin of ["http://skein.example", "https://skein.example:8443", here]) {
      const other = new Browser(here, { host: "skein.example", origin });
      expect((await other.post("/api/sign-in", account)).status).toBe(403);
    }
  } finally {
    await secure.stop();
  }
});
