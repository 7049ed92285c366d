/** What ends at one node ends at all of them, and attempts are counted on all together. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "../testing/browser.ts";
import { startTestCluster, type TestCluster, type TestNode } from "../testing/start-test-cluster.ts";
import type { TestClient } from "../testing/test-client.ts";

const password = "correct horse battery";
const ada = { name: "Ada", email: "ada@example.org", password };

let cluster: TestCluster;
let here: TestNode;
let there: TestNode;
/** The owner's browser, at the first node. */
let owner: Browser;
const sockets: TestClient[] = [];

beforeAll(async () => {
  cluster = await startTestCluster(2, undefined, { SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "" });
  [here, there] = cluster.nodes as [TestNode, TestNode];
  owner = browserAt(here);
  const link = await here.app.consoleLink();
  const token = link.type === "none" ? "" : new URL(link.url).hash.slice(1);
  const claim = { token, tenantName: "Ada & Co", account: ada };
  expect((await owner.post("/api/first-owner", claim)).status).toBe(204);
});

afterAll(async () => {
  for (const { socket } of sockets) socket.terminate();
  await cluster.stop();
});

const browserAt = ({ app }: TestNode) => new Browser(app.address.url);

/** The same session at another node. A cookie is named after the port, which the nodes of a test do not share. */
function movedTo(node: TestNode, browser: Browser): Browser {
  const moved = browserAt(node);
  const token = browser.cookies.get(here.app.address.cookieName) ?? "";
  moved.cookies.set(node.app.address.cookieName, token);
  return moved;
}

async function connect(browser: Browser): Promise<TestClient> {
  const client = await browser.connect();
  sockets.push(client);
  return client;
}

async function join(role: string, email: string): Promise<Browser> {
  const { path } = await (await connect(owner)).request("skein/invitation/create", { role });
  const browser = browserAt(here);
  const account = { name: "Bo", email, password };
  const accepted = await browser.post("/api/invitation/accept-as-new", { token: path.split("#")[1], account });
  expect(accepted.status).toBe(204);
  return browser;
}

test("a session is open at every node, and ended at one it is ended at all", async () => {
  const bo = await join("member", "bo-sessions@example.org");
  const elsewhere = movedTo(there, bo);
  const open = await connect(elsewhere);
  expect((await bo.post("/api/sign-out")).status).toBe(204);
  expect(await open.closed).toMatchObject({ code: 4401 });
  expect((await elsewhere.get("/api/session")).status).toBe(401);
});

test("a changed password closes what other sessions have open at other nodes", async () => {
  const bo = await join("member", "bo-password@example.org");
  const second = browserAt(there);
  expect((await second.post("/api/sign-in", { email: "bo-password@example.org", password })).status).toBe(204);
  const [kept, closed] = [await connect(movedTo(there, bo)), await connect(second)];
  const change = { current: password, next: "another horse battery" };
  expect((await bo.post("/api/account/password", change)).body).toEqual({ ended: 1 });
  expect(await closed.closed).toMatchObject({ code: 4401 });
  await kept.request("thread/list", {});
});

test("another role, and the end of a membership, reach a member at another node", async () => {
  const bo = await join("viewer", "bo-role@example.org");
  const elsewhere = movedTo(there, bo);
  const { userId } = (await elsewhere.get("/api/session")).body;
  const adas = await connect(owner);
  const viewing = await connect(elsewhere);
  await adas.request("skein/member/update", { userId, role: "member" });
  expect(await viewing.closed).toMatchObject({ code: 4402 });
  const working = await connect(elsewhere);
  await working.request("thread/start", {});
  await adas.request("skein/member/remove", { userId });
  expect(await working.closed).toMatchObject({ code: 4401 });
});

test("what is tried at one node counts at the others", async () => {
  const guess = (node: TestNode) =>
    browserAt(node).post("/api/sign-in", { email: "nobody@example.org", password: "a guess at it" });
  const statuses: number[] = [];
  for (let round = 0; round < 10; round += 1) statuses.push((await guess(round % 2 === 0 ? here : there)).status);
  expect(statuses).toEqual(Array(10).fill(401));
  expect((await guess(here)).status).toBe(429);
  expect((await guess(there)).status).toBe(429);
});
