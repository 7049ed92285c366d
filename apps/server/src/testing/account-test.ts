/** A server with accounts, for tests that come in as people do. It lives as long as the file. */
import { test as base, expect } from "vitest";
import { Browser } from "./browser.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import type { TestClient } from "./test-client.ts";

interface Fixtures {
  readonly server: TestServer;
  /** The first owner's browser, signed in. */
  readonly owner: Browser;
  /** A new browser, which nobody has signed in. */
  readonly browser: () => Browser;
  /** A socket that is closed after the test. */
  readonly connect: (browser: Browser) => Promise<TestClient>;
}

export const password = "correct horse battery";
export const ada = { name: "Ada", email: "ada@example.org", password };

/** From an address of its own each, so that no test uses up another's attempts. */
let addresses = 0;
const nextAddress = () => `10.0.${Math.floor(++addresses / 250)}.${addresses % 250}`;

export const test = base.extend<Fixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", SKEIN_TRUST_PROXY: "on" });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  browser: async ({ server }, use) => {
    await use(() => new Browser(server.app.address.url, { "x-forwarded-for": nextAddress() }));
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
  connect: async ({ server: _ }, use) => {
    const clients: TestClient[] = [];
    await use(async (browser) => {
      const client = await browser.connect();
      clients.push(client);
      return client;
    });
    for (const client of clients) client.socket.terminate();
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
});

/** Somebody who comes in by an invitation of the owner's. */
export async function join(inviter: TestClient, browser: Browser, role: string, email: string) {
  const { path } = await inviter.request("skein/invitation/create", { role });
  const [, token = ""] = path.split("#");
  const account = { name: email.split("@")[0] ?? "", email, password };
  expect((await browser.post("/api/invitation/accept-as-new", { token, account })).status).toBe(204);
  return token;
}
