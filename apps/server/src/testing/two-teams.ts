/** A server with accounts and two tenants on it, each with a client of its own. */
import { Browser } from "./browser.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import type { TestClient } from "./test-client.ts";

export interface TwoTeams {
  readonly server: TestServer;
  readonly one: TestClient;
  readonly other: TestClient;
  stop(): Promise<void>;
}

const account = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };

/** `environment`: further variables of the server's. */
export async function startTwoTeams(environment: Readonly<Record<string, string>> = {}): Promise<TwoTeams> {
  const server = await startTestServer({ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", ...environment });
  const first = new Browser(server.app.address.url);
  const link = await server.app.consoleLink();
  if (link.type !== "firstOwner") throw new Error("a new server offers its first owner's link");
  const token = new URL(link.url).hash.slice(1);
  must(await first.post("/api/first-owner", { token, tenantName: "One", account }), 204);
  const second = new Browser(server.app.address.url);
  must(await second.post("/api/sign-in", account), 204);
  must(await second.post("/api/account/tenants", { name: "Other" }), 200);
  const [one, other] = [await first.connect(), await second.connect()];
  return {
    ...{ server, one, other },
    stop: async () => {
      one.socket.terminate();
      other.socket.terminate();
      await server.stop();
    },
  };
}

function must(answer: { readonly status: number; readonly body: unknown }, status: number): void {
  if (answer.status !== status) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
