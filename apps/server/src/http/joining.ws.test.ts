/** Joining with an account that there is, and what becomes of the password of one. */
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "../testing/browser.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";

const password = "correct horse battery";
const ada = { name: "Ada", email: "ada@example.org", password };

let server: TestServer;
let owner: Browser;

/** From an address of its own, so that no test uses up another's attempts. */
let addresses = 0;
function browser(): Browser {
  addresses += 1;
  return new Browser(server.app.address.url, { "x-forwarded-for": `10.0.0.${addresses}` });
}

beforeAll(async () => {
  server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", SKEIN_TRUST_PROXY: "on" });
  owner = browser();
  const { url } = (await server.app.consoleLink()) as { url: string };
  const first = { token: new URL(url).hash.slice(1), tenantName: "Ada & Co", account: ada };
  expect((await owner.post("/api/first-owner", first)).status).toBe(204);
});

afterAll(() => server.stop());

test("who has an account joins with its password in the same form, also without a team, and guesses no better than at the sign-in", async () => {
  const adas = await owner.connect();
  const invite = async () => {
    const { path } = await adas.request("skein/invitation/create", { role: "viewer" });
    return path.split("#")[1];
  };
  const account = { name: "Bo", email: "bo-again@example.org", password };
  expect((await browser().post("/api/invitation/accept-as-new", { token: await invite(), account })).status).toBe(204);
  const { data } = await adas.request("skein/member/list", {});
  const member = data.find(({ name }: { name: string }) => name === "Bo");
  await adas.request("skein/member/remove", { userId: member.userId });
  const again = browser();
  const signIn = { email: "bo-again@example.org", password };
  expect(await again.post("/api/sign-in", signIn)).toMatchObject({ status: 403, body: { error: "noTenant" } });
  const token = await invite();
  const named = { token, account: { name: "Somebody else", ...signIn } };
  expect((await again.post("/api/invitation/accept-as-new", named)).status).toBe(204);
  expect((await again.get("/api/session")).body).toMatchObject({
    name: member.name,
    role: "viewer",
    userId: member.userId,
  });
  // Of the guesses at one account, wherever they are made, there is one number.
  const next = await invite();
  const guess = (round: number) => ({ ...signIn, password: `a guess of some length ${round}` });
  let tried = 0;
  for (; tried < 40; tried += 1) {
    const stranger = browser();
    const { status } =
      tried % 2 === 0
        ? await stranger.post("/api/sign-in", guess(tried))
        : await stranger.post("/api/invitation/accept-as-new", { token: next, account: guess(tried) });
    if (status === 429) break;
    expect(status).toBe(401);
  }
  expect(tried).toBeLessThan(15);
  // The invitation is still there for whom it was meant.
  expect((await browser().post("/api/invitation", { token: next })).status).toBe(200);
  adas.socket.terminate();
});

test("a password whose hash is of earlier parameters is hashed anew when it is right, and nothing ends by it", async () => {
  const stored = async () => {
    const [row] = await server.database.administer(
      (sql) => sql`select password_hash from accounts where email_key = ${"ada@example.org"}`,
    );
    return String(row?.password_hash);
  };
  const earlier = await hash(ada.password, { memoryCost: 4_096, timeCost: 1, parallelism: 1 });
  await server.database.administer(
    (sql) => sql`update accounts set password_hash = ${earlier} where email_key = 'ada@example.org'`,
  );
  const wrong = { email: ada.email, password: "not hers, but long enough" };
  expect((await browser().post("/api/sign-in", wrong)).status).toBe(401);
  expect(await stored()).toBe(earlier);
  const again = browser();
  expect((await again.post("/api/sign-in", ada)).status).toBe(204);
  const renewed = await stored();
  expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await browser().post("/api/sign-in", ada)).status).toBe(204);
  expect(await stored()).toBe(renewed);
  for (const each of [owner, again]) expect((await each.get("/api/session")).status).toBe(200);
});
