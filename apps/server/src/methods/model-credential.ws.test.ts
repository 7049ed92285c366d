/** Whose key a turn is paid with, and that nobody ever sees it. */
import { Writable } from "node:stream";
import pino from "pino";
import { test as base, expect } from "vitest";
import type { Step } from "../../../../e2e/scripted-model/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { openApp } from "../app.ts";
import { readConfig } from "../config.ts";
import { completedItems, runTurn, startThread } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

interface Fixtures {
  /** The tenant's own provider, at an address that the operator has allowed. */
  readonly provider: ScriptedModel;
  readonly server: TestServer;
  readonly client: TestClient;
}

const key = "planted-key-0123456789abcd";

const test = base.extend<Fixtures>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const provider = await startScriptedModel();
      await use(provider);
      await provider.close();
    },
    { scope: "file" },
  ],
  server: [
    async ({ provider }, use) => {
      const server = await startTestServer({ SKEIN_INTERNAL_HOSTS: new URL(provider.baseUrl).host });
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  client: async ({ server }, use) => {
    const client = await openClient(server);
    await client.request("initialize", {
      clientInfo: { name: "test", version: "1" },
      capabilities: { experimentalApi: true },
    });
    await use(client);
    for (const scope of ["user", "tenant"]) {
      await client.ask("skein/modelCredential/delete", { scope });
    }
    client.socket.terminate();
  },
});

const put = (client: TestClient, params: object) =>
  client.request("skein/modelCredential/put", { scope: "user", name: "mine", key, ...params });

/** Words that script nothing. */
async function say(client: TestClient, threadId: string): Promise<string> {
  const input = [{ type: "text", text: "Go on.", text_elements: [] }];
  return (await client.request("turn/start", { threadId, input })).turn.id;
}

const bearers = ({ requests }: ScriptedModel) => requests.map(({ headers }) => headers.authorization);

test("the next call is made with the person's key, and with the server's when it is gone again", async ({
  server,
  provider,
  client,
}) => {
  const threadId = await startThread(client);
  const before = provider.requests.length;
  await put(client, { baseUrl: provider.baseUrl });
  expect((await runTurn(client, threadId, [says("With theirs.")])).status).toBe("completed");
  expect(bearers(provider).slice(before)).toEqual([`Bearer ${key}`]);
  await put(client, { key: "another-key-0123456789", baseUrl: provider.baseUrl });
  await runTurn(client, threadId, [says("With the next.")]);
  expect(bearers(provider).slice(before + 1)).toEqual(["Bearer another-key-0123456789"]);
  const own = server.model.requests.length;
  await client.request("skein/modelCredential/delete", { scope: "user" });
  await runTurn(client, threadId, [says("With the server's.")]);
  expect([provider.requests.length - before, server.model.requests.length - own]).toEqual([2, 1]);
});

test("the list says whose key pays and shows its last four characters", async ({ provider, client }) => {
  expect(await client.request("skein/modelCredential/list", {})).toEqual({
    ...{ data: [], payer: "server", server: "real", mayManageTenant: true },
  });
  await put(client, { scope: "tenant", name: "the team's", baseUrl: `${provider.baseUrl}/`, models: ["our-model"] });
  const listed = await client.request("skein/modelCredential/list", {});
  expect(listed).toMatchObject({
    payer: "tenant",
    data: [{ scope: "tenant", name: "the team's", lastFour: "abcd", baseUrl: provider.baseUrl, models: ["our-model"] }],
  });
  expect(JSON.stringify(listed)).not.toContain("planted");
  const { data: models } = await client.request("model/list", {});
  expect(models.map(({ model, isDefault }: { model: string; isDefault: boolean }) => [model, isDefault])).toEqual([
    ["our-model", true],
  ]);
  await put(client, {});
  expect(await client.request("skein/modelCredential/list", {})).toMatchObject({ payer: "user" });
});

test("a model that the key is not for is not asked, and the turn says so", async ({ provider, client }) => {
  await put(client, { baseUrl: provider.baseUrl, models: ["our-model"] });
  const threadId = await startThread(client, { model: "gpt-6-luna" });
  const before = provider.requests.length;
  const turn = await runTurn(client, threadId, [says("Never.")]);
  expect(turn).toMatchObject({
    status: "failed",
    error: { message: 'The key "mine" is not for the model gpt-6-luna.' },
  });
  expect(provider.requests.length).toBe(before);
});

test("the test says in words of its own what is the matter, and costs one small request", async ({
  provider,
  client,
}) => {
  const outcome = async (params: object, ...responses: readonly (readonly Step[])[]) => {
    await put(client, params);
    provider.push(...responses);
    return (await client.request("skein/modelCredential/test", { scope: "user" })).outcome;
  };
  const { baseUrl } = provider;
  const before = provider.requests.length;
  expect(await outcome({ baseUrl })).toBe("works");
  expect(provider.requests.length - before).toBe(1);
  const echo = { error: { message: `Incorrect API key provided: ${key}` } };
  expect(await outcome({ baseUrl }, [{ type: "status", status: 401, body: echo }])).toBe("wrongKey");
  expect(await outcome({ baseUrl }, [{ type: "status", status: 404, body: {} }])).toBe("modelNotFound");
  const away = { location: "http://127.0.0.1:1/v1/responses" };
  expect(await outcome({ baseUrl }, [{ type: "status", status: 307, body: {}, headers: away }])).toBe("redirected");
  expect(await outcome({ baseUrl }, [{ type: "status", status: 500, body: {} }])).toBe("failed");
  await expect(client.request("skein/modelCredential/test", { scope: "user" })).rejects.toThrow(/tried too often/);
});

test.for([
  ["http://127.0.0.1:1/v1", /refused/],
  ["http://[::1]:1/v1", /refused/],
  ["http://169.254.169.254/latest", /refused/],
  ["http://10.0.0.1/v1", /refused/],
  ["http://2130706433:1/v1", /refused/],
  ["ftp://example.org/v1", /http or https/],
  ["https://user:pass@example.org/v1", /names no user/],
  ["example.org", /full address/],
  ["https://example.org/v1?x=1", /query/],
] as const)("the address %s is refused when it is saved", async ([baseUrl, why], { client }) => {
  await expect(put(client, { baseUrl })).rejects.toThrow(why);
});

test("an address that led to the public when it was saved is judged again at every call", async ({
  server,
  client,
}) => {
  const threadId = await startThread(client);
  await put(client, {});
  await server.database.administer((sql) => sql`update stored_secrets set base_url = 'http://127.0.0.1:64999/v1'`);
  const turn = await runTurn(client, threadId, [says("Never.")]);
  expect(turn).toMatchObject({ status: "failed", error: { message: expect.stringContaining("does not connect to") } });
});

test("a planted key is in no log line, answer, event, metric, audit line or command", async ({ server, provider }) => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  await server.app.stop();
  const values = {
    PORT: "0",
    SKEIN_DATA_DIR: server.dataDirectory,
    SKEIN_WORKSPACE_ROOTS: server.root,
    SKEIN_ACCESS_TOKEN: server.accessToken,
    SKEIN_INTERNAL_HOSTS: new URL(provider.baseUrl).host,
    OPENAI_BASE_URL: server.model.baseUrl,
    SKEIN_STOP_GRACE_SECONDS: "0",
  };
  const config = readConfig(values, process.getuid?.() === 0);
  const app = await openApp(config, pino({ level: "trace" }, sink), { database: server.database.target });
  try {
    const client = await openClient({ app, accessToken: server.accessToken });
    await client.request("initialize", {
      clientInfo: { name: "test", version: "1" },
      capabilities: { experimentalApi: true },
    });
    await put(client, { baseUrl: provider.baseUrl });
    const threadId = await startThread(client, { approvalPolicy: "never" });
    const search = "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; echo searched";
    await runTurn(client, threadId, [runs(search)], [says("Looked.")]);
    expect(completedItems(client).find(({ type }) => type === "commandExecution")?.aggregatedOutput).toContain(
      "searched",
    );
    const echo = { error: { message: `Incorrect API key provided: ${key}`, code: key, param: { deep: [key] } } };
    const failures: readonly Step[] = [
      ...[401, 400, 500].map((status) => ({ type: "status", status, body: echo }) as const),
      { type: "fail", code: "server_error", message: `broke with ${key}` },
    ];
    for (const failure of failures) {
      provider.push([failure]);
      const turnId = await say(client, threadId);
      await client.notified("turn/completed", ({ turn }) => turn.id === turnId);
    }
    await client.ask("skein/modelCredential/test", { scope: "user" });
    await client.ask("skein/modelCredential/put", { scope: "user", name: "mine", key: 7 });
    await client.ask("skein/modelCredential/put", { scope: "nobody", name: "mine", key });
    const asked = [
      "skein/modelCredential/list",
      "server/diagnostics",
      "skein/audit/list",
      "config/read",
      "account/read",
    ];
    for (const method of asked) await client.ask(method, {});
    const metrics = await (await fetch(new URL("/metrics", app.address.url))).text();
    const dump = await server.database.administer(async (sql) => {
      const tables = await sql`select table_name as name from information_schema.tables where table_schema = 'public'`;
      return JSON.stringify(await Promise.all(tables.map(({ name }) => sql.unsafe(`select t::text from ${name} t`))));
    });
    const received = JSON.stringify(client.frames);
    for (const [what, text] of Object.entries({ received, metrics, dump, log: lines.join("") })) {
      expect([what, text.includes("planted-key")]).toEqual([what, false]);
    }
    expect(bearers(provider)).toContain(`Bearer ${key}`);
    client.socket.terminate();
  } finally {
    await app.stop();
    await server.restart().catch(() => {});
  }
});
