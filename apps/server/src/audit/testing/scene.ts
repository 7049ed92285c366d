/** A server with accounts on which everything is done of which the audit log tells. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Right, Role } from "@skein/protocol/right";
import { type ScriptedModel, startScriptedModel } from "../../../../../e2e/scripted-model/scripted-model.ts";
import { type Answer, Browser } from "../../testing/browser.ts";
import { startThread } from "../../testing/conversation.ts";
import { clientId, clientSecret, type ProviderServer, startProviderServer } from "../../testing/provider-server.ts";
import { startTestServer, type TestServer } from "../../testing/start-test-server.ts";
import type { TestClient } from "../../testing/test-client.ts";

export const password = "correct horse battery";
const ada = { name: "Ada", email: "ada@example.org", password };

/** Somebody at an address of their own. */
export interface Somebody {
  readonly userId: string;
  readonly email: string;
  readonly address: string;
  readonly browser: Browser;
  readonly client: TestClient;
}

export class AuditScene {
  readonly server: TestServer;
  readonly provider: ProviderServer;
  /** The tenant's own model. */
  readonly model: ScriptedModel;
  /** What commands connect to. */
  readonly target: Target;
  owner!: Somebody;
  tenantId!: string;
  #people = 0;
  readonly #opened: TestClient[] = [];

  private constructor(parts: Pick<AuditScene, "server" | "provider" | "model" | "target">) {
    this.server = parts.server;
    this.provider = parts.provider;
    this.model = parts.model;
    this.target = parts.target;
  }

  static async open(): Promise<AuditScene> {
    const [provider, model, target] = await Promise.all([startProviderServer(), startScriptedModel(), openTarget()]);
    const server = await startTestServer({
      ...{ SKEIN_ACCOUNTS: "on", SKEIN_ACCESS_TOKEN: "", SKEIN_TRUST_PROXY: "on", SKEIN_OIDC_ISSUER: provider.issuer },
      ...{ SKEIN_OIDC_CLIENT_ID: clientId, SKEIN_OIDC_CLIENT_SECRET: clientSecret },
      SKEIN_INTERNAL_HOSTS: `${new URL(model.baseUrl).host},${target.host}`,
    });
    provider.serve(`${server.app.address.url}/api/provider/callback`);
    const scene = new AuditScene({ server, provider, model, target });
    const link = await server.app.consoleLink();
    if (link.type !== "firstOwner") throw new Error("the server has an owner already");
    const token = new URL(link.url).hash.slice(1);
    scene.owner = await scene.#takeIn(ada.email, (browser) =>
      browser.post("/api/first-owner", { token, tenantName: "Ada & Co", account: ada }),
    );
    scene.tenantId = (await scene.owner.browser.get("/api/session")).body.tenantId;
    return scene;
  }

  async close(): Promise<void> {
    for (const client of this.#opened) client.socket.terminate();
    this.target.close();
    await this.server.stop();
    await this.model.close();
    await this.provider.stop();
  }

  /** A browser at an address from which nobody has come. */
  browser(): { readonly browser: Browser; readonly address: string } {
    const address = `10.1.0.${++this.#people}`;
    return { address, browser: new Browser(this.server.app.address.url, { "x-forwarded-for": address }) };
  }

  async signedIn(email: string = ada.email): Promise<Somebody> {
    return this.#takeIn(email, (browser) => browser.post("/api/sign-in", { email, password }));
  }

  async invitation(role: Role = "member"): Promise<{ readonly id: string; readonly token: string }> {
    const { path, invitation } = await this.owner.client.request("skein/invitation/create", { role });
    return { id: invitation.id, token: path.split("#")[1] ?? "" };
  }

  newAccount() {
    const email = `person-${++this.#people}@example.org`;
    return { name: `Person ${this.#people}`, email, password };
  }

  /** A new person of the tenant, signed in. */
  async member(role: Role = "member"): Promise<Somebody> {
    const { token } = await this.invitation(role);
    const account = this.newAccount();
    return this.#takeIn(account.email, (browser) => browser.post("/api/invitation/accept-as-new", { token, account }));
  }

  /** A thread of the owner's. */
  thread(settings: object = { environments: [] }): Promise<string> {
    return startThread(this.owner.client, settings);
  }

  async share(threadId: string): Promise<{ readonly linkId: string; readonly token: string }> {
    const { link, path } = await this.owner.client.request("skein/share/create", { threadId, title: "Shared" });
    return { linkId: link.id, token: path.split("#")[1] ?? "" };
  }

  async grant(threadId: string, userId: string, level: Right): Promise<void> {
    await this.owner.client.request("skein/thread/grant/set", { threadId, userId, level });
  }

  async #takeIn(email: string, comesIn: (browser: Browser) => Promise<Answer>): Promise<Somebody> {
    const { browser, address } = this.browser();
    accepted(await comesIn(browser));
    const client = await browser.connect();
    this.#opened.push(client);
    const { userId } = (await browser.get("/api/session")).body;
    return { userId, email, address, browser, client };
  }
}

/** Throws for what was not done. */
export function accepted(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

interface Target {
  readonly host: string;
  /** Resolves when somebody has a connection on which `/forever` was asked for. */
  opened(): Promise<void>;
  close(): void;
}

async function openTarget(): Promise<Target> {
  const opened = Promise.withResolvers<void>();
  const server: Server = createServer((request, response) => {
    if (request.url !== "/forever") return void response.end("hello\n");
    response.write("hel");
    opened.resolve();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, opened: () => opened.promise, close };
}
