/** Signing in by a provider of OpenID Connect: by a real one, and by one that lies. */
import { test as base, expect } from "vitest";
import { Browser } from "../testing/browser.ts";
import { type FalseProvider, type Lie, startFalseProvider } from "../testing/false-provider.ts";
import { clientId, clientSecret, type ProviderServer, startProviderServer } from "../testing/provider-server.ts";
import { signInThere } from "../testing/sign-in-there.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

interface Fixtures {
  readonly provider: ProviderServer;
  readonly server: TestServer;
  /** The first owner's browser, signed in. */
  readonly owner: Browser;
  readonly browser: () => Browser;
}

const ada = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };

let addresses = 0;
const nextAddress = () => `10.1.${Math.floor(++addresses / 250)}.${addresses % 250}`;

function serverWith(issuer: string): Promise<TestServer> {
  return startTestServer({
    ...{ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", SKEIN_TRUST_PROXY: "on", SKEIN_OIDC_ISSUER: issuer },
    ...{ SKEIN_OIDC_CLIENT_ID: clientId, SKEIN_OIDC_CLIENT_SECRET: clientSecret, SKEIN_OIDC_NAME: "Example" },
  });
}

const browserOf = ({ app }: TestServer) => new Browser(app.address.url, { "x-forwarded-for": nextAddress() });

const test = base.extend<Fixtures>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const provider = await startProviderServer();
      await use(provider);
      await provider.stop();
    },
    { scope: "file" },
  ],
  server: [
    async ({ provider }, use) => {
      const server = await serverWith(provider.issuer);
      provider.serve(`${server.app.address.url}/api/provider/callback`);
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  browser: async ({ server }, use) => {
    await use(() => browserOf(server));
  },
  owner: async ({ server, browser }, use) => {
    const first = browser();
    const link = await server.app.consoleLink();
    if (link.type === "firstOwner") {
      const token = new URL(link.url).hash.slice(1);
      expect((await first.post("/api/first-owner", { token, tenantName: "Ada & Co", account: ada })).status).toBe(204);
    } else {
      expect((await first.post("/api/sign-in", ada)).status).toBe(204);
    }
    await use(first);
  },
});

/** There and back as `login`; gives where the browser ends. */
async function goThere(browser: Browser, login: string, purpose: object = { type: "signIn" }) {
  const { status, body } = await browser.post("/api/provider/start", purpose);
  expect(status).toBe(200);
  const returned = await browser.get(await signInThere(body.url, login));
  expect(returned.status).toBe(303);
  return returned.headers.location;
}

async function invite(owner: Browser): Promise<string> {
  const client = await owner.connect();
  const { path } = await client.request("skein/invitation/create", { role: "member" });
  client.socket.terminate();
  return path.split("#")[1] ?? "";
}

const who = async (browser: Browser) => (await browser.get("/api/session")).body;

test("the way there asks for a code, with a challenge, a state and a nonce of its own", async ({
  browser,
  provider,
}) => {
  const [first, second] = [browser(), browser()];
  const urls = [];
  for (const one of [first, second])
    urls.push(new URL((await one.post("/api/provider/start", { type: "signIn" })).body.url));
  const [asked, other] = urls.map(({ searchParams }) => Object.fromEntries(searchParams));
  expect(urls[0]?.origin).toBe(provider.issuer);
  expect(asked).toMatchObject({ response_type: "code", code_challenge_method: "S256", client_id: clientId });
  for (const name of ["state", "nonce", "code_challenge"]) {
    expect(asked?.[name]).toMatch(/^[\w-]{43}$/);
    expect(asked?.[name]).not.toBe(other?.[name]);
  }
  expect((await browser().get("/api/sign-in")).body).toMatchObject({ provider: "Example" });
});

test("a stranger whom the provider knows gets nothing", async ({ owner: _, browser, provider }) => {
  provider.people.set("eve", { name: "Eve", email: "eve@example.org", email_verified: true });
  const eve = browser();
  expect(await goThere(eve, "eve")).toBe("/?problem=noAccount");
  expect(await goThere(eve, "eve", { type: "join", invitation: "made up" })).toBe("/join?problem=invitationNotFound");
  expect(await goThere(eve, "eve", { type: "connect" })).toBe("/settings?problem=signedOut");
  expect(eve.cookies.size).toBe(0);
});

test("an invitation makes an account of what the provider says, which signs in from then on", async ({
  owner,
  browser,
  provider,
}) => {
  provider.people.set("bo", { name: "Bo", email: "bo@example.org", email_verified: true });
  const bo = browser();
  const invitation = await invite(owner);
  expect(await goThere(bo, "bo", { type: "join", invitation })).toBe("/");
  expect(await who(bo)).toMatchObject({ name: "Bo", role: "member" });
  expect((await bo.get("/api/account")).body).toEqual({
    ...{ name: "Bo", email: "bo@example.org", emailVerified: true, hasPassword: false, issuers: [provider.issuer] },
  });
  const again = browser();
  expect(await goThere(again, "bo")).toBe("/");
  expect((await who(again)).userId).toBe((await who(bo)).userId);
  // Without a password there is none that could be guessed; with a session one can be set.
  const given = { email: "bo@example.org", password: "a password of bo's" };
  expect((await browser().post("/api/sign-in", given)).status).toBe(401);
  expect((await bo.post("/api/account/password", { current: "", next: given.password })).status).toBe(200);
  expect((await browser().post("/api/sign-in", given)).status).toBe(204);
  expect(await goThere(browser(), "bo", { type: "join", invitation })).toBe("/join?problem=invitationNotFound");

  provider.people.set("nameless", {});
  expect(await goThere(browser(), "nameless", { type: "join", invitation: await invite(owner) })).toBe(
    "/join?problem=noEmail",
  );
});

test("an account with the same address is somebody else's until its person connects the two", async ({
  owner,
  browser,
  provider,
}) => {
  provider.people.set("ada-there", { name: "Ada", email: "ada@example.org", email_verified: true });
  provider.people.set("claims-ada", { email: "ada@example.org", email_verified: false });
  expect(await goThere(browser(), "ada-there")).toBe("/?problem=proofNeeded");
  expect(await goThere(browser(), "claims-ada")).toBe("/?problem=noAccount");
  const invitation = await invite(owner);
  for (const login of ["claims-ada", "ada-there"]) {
    const place = await goThere(browser(), login, { type: "join", invitation });
    expect([login, place]).toEqual([login, "/join?problem=proofNeeded"]);
  }
  // Nothing was spent: the password is the proof, in the same form.
  expect((await browser().post("/api/invitation", { token: invitation })).status).toBe(200);
  expect(await goThere(owner, "ada-there", { type: "connect" })).toBe("/settings");
  const ada = browser();
  expect(await goThere(ada, "ada-there")).toBe("/");
  expect((await who(ada)).userId).toBe((await who(owner)).userId);
  expect((await owner.get("/api/account")).body).toMatchObject({ emailVerified: true, hasPassword: true });
  expect(await goThere(owner, "claims-ada", { type: "connect" })).toBe("/settings?problem=taken");
});

test("who has an account that the provider knows joins with it, also without a team, and spends nothing twice", async ({
  owner,
  browser,
  provider,
}) => {
  provider.people.set("di", { name: "Di", email: "di@example.org", email_verified: true });
  const first = browser();
  expect(await goThere(first, "di", { type: "join", invitation: await invite(owner) })).toBe("/");
  const { userId } = await who(first);
  const client = await owner.connect();
  await client.request("skein/member/remove", { userId });
  expect(await goThere(browser(), "di")).toBe("/?problem=noTenant");
  const again = browser();
  expect(await goThere(again, "di", { type: "join", invitation: await invite(owner) })).toBe("/");
  expect(await who(again)).toMatchObject({ userId, role: "member" });
  const { data } = await client.request("skein/audit/list", { actions: ["member.joined"] });
  expect(data.filter(({ subject }: { subject: string }) => subject === userId)).toHaveLength(2);
  // Who belongs to the team comes in, and the invitation stays for whom it was meant.
  const spare = await invite(owner);
  const there = browser();
  expect(await goThere(there, "di", { type: "join", invitation: spare })).toBe("/");
  expect((await who(there)).userId).toBe(userId);
  expect((await browser().post("/api/invitation", { token: spare })).status).toBe(200);
  client.socket.terminate();
});

test("addresses that have accounts are not found out at any pace by an invitation and a provider that vouches for nothing", async ({
  owner,
  browser,
  provider,
}) => {
  provider.people.set("guesses", { email: "ada@example.org", email_verified: false });
  const invitation = await invite(owner);
  const stranger = browser();
  const seen = new Set<unknown>();
  for (let round = 0; round < 40 && !seen.has("/join?problem=tooOften"); round += 1) {
    seen.add(await goThere(stranger, "guesses", { type: "join", invitation }));
  }
  expect(seen).toEqual(new Set(["/join?problem=proofNeeded", "/join?problem=tooOften"]));
});

test("what comes back counts in the browser that went, once, and unchanged", async ({
  owner: _,
  browser,
  provider,
}) => {
  provider.people.set("cy", { email: "cy@example.org", email_verified: true });
  const [mine, other] = [browser(), browser()];
  const start = async (one: Browser) => (await one.post("/api/provider/start", { type: "signIn" })).body.url;
  const back = await signInThere(await start(mine), "cy");
  await start(other);
  // In another browser, which is on its own way, and in one that is not.
  expect((await other.get(back)).headers.location).toBe("/?problem=providerFailed");
  expect((await browser().get(back)).headers.location).toBe("/?problem=flowLost");
  expect((await mine.get(back)).headers.location).toBe("/?problem=noAccount");
  expect((await mine.get(back)).headers.location).toBe("/?problem=flowLost");
  for (const change of [/code=[^&]+/, /state=[^&]+/, /iss=[^&]+/]) {
    const one = browser();
    const changed = (await signInThere(await start(one), "cy")).replace(change, (found) => `${found}x`);
    expect([String(change), (await one.get(changed)).headers.location]).toEqual([
      String(change),
      "/?problem=providerFailed",
    ]);
  }
  const denied = browser();
  const { searchParams } = new URL(await start(denied));
  const query = new URLSearchParams({
    error: "access_denied",
    state: searchParams.get("state") ?? "",
    iss: provider.issuer,
  });
  expect((await denied.get(`/api/provider/callback?${query}`)).headers.location).toBe("/?problem=providerFailed");
});

const lies: readonly [string, Lie, string][] = [
  // The first shows that the others fail for what they change.
  ["nothing", {}, "noAccount"],
  ["another issuer", { claims: { iss: "http://127.0.0.1:1" } }, "providerFailed"],
  ["another client's token", { claims: { aud: "somebody-else" } }, "providerFailed"],
  ["another nonce", { claims: { nonce: "x" } }, "providerFailed"],
  ["no nonce", { claims: { nonce: undefined } }, "providerFailed"],
  ["an old token", { claims: { exp: 1, iat: 0 } }, "providerFailed"],
  ["a token that somebody else has signed", { foreignKey: true }, "providerFailed"],
  ["a token that nobody has signed", { header: { alg: "none" } }, "providerFailed"],
  ["a token signed with what is public", { header: { alg: "HS256" } }, "providerFailed"],
  ["nobody", { claims: { sub: undefined } }, "providerFailed"],
];

test("a provider that lies is not believed", async () => {
  const liar: FalseProvider = await startFalseProvider();
  const server = await serverWith(liar.issuer);
  const outcomes: [string, unknown][] = [];
  for (const [what, lie] of lies) {
    const browser = browserOf(server);
    const { body } = await browser.post("/api/provider/start", { type: "signIn" });
    const { searchParams } = new URL(body.url);
    liar.tell(lie, searchParams.get("nonce") ?? "");
    const back = await browser.get(`/api/provider/callback?code=x&state=${searchParams.get("state")}`);
    outcomes.push([what, back.headers.location]);
  }
  await liar.stop();
  const gone = await browserOf(server).post("/api/provider/start", { type: "signIn" });
  await server.stop();
  expect(outcomes).toEqual(lies.map(([what, , problem]) => [what, `/?problem=${problem}`]));
  // What was discovered before is still known; a provider that cannot be reached fails when it is asked.
  expect(gone.status).toBe(200);
});

test("a provider that cannot be found is told of, and found when it is there", async () => {
  const provider = await startProviderServer();
  const server = await serverWith(provider.issuer);
  const browser = browserOf(server);
  const start = () => browser.post("/api/provider/start", { type: "signIn" });
  expect(await start()).toMatchObject({ status: 502, body: { error: "providerFailed" } });
  provider.serve(`${server.app.address.url}/api/provider/callback`);
  expect((await start()).status).toBe(200);
  await server.stop();
  await provider.stop();
});
