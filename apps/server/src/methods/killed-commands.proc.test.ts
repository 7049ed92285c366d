/** The server is killed while messages come in; its clients send again whatever was not answered, or simply everything. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { startThread } from "../testing/conversation.ts";
import { spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

const kills = Math.max(3, Math.ceil(Number(process.env.SKEIN_TEST_RUNS ?? 0) / 100));
const messagesPerKill = 6;

async function connect(url: string): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = new TestClient(new WebSocket(url.replace(/^http/, "ws"), { headers }));
  await once(client.socket, "open");
  const capabilities = { experimentalApi: true };
  await client.request("initialize", { clientInfo: { name: "test", version: "1" }, capabilities });
  return client;
}

const words = (text: string) => [{ type: "text", text, text_elements: [] }];

/** In the order of the keys; the first way of a kill's messages is a turn, the others wait for theirs. */
function sendAll(client: TestClient, threadId: string, keys: readonly string[]) {
  return keys.map((key, index) =>
    client.ask(index === 0 ? "turn/start" : "thread/queue/add", {
      ...{ threadId, clientUserMessageId: key, input: words(`say ${key}`) },
    }),
  );
}

async function said(client: TestClient, threadId: string): Promise<readonly string[]> {
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const items = thread.turns.flatMap((turn: { items: { type: string; clientId: string }[] }) => turn.items);
  return items.flatMap((item: { type: string; clientId: string }) =>
    item.type === "userMessage" ? item.clientId : [],
  );
}

test("every message is said once, whenever the server dies", { timeout: 60_000 + kills * 30_000 }, async () => {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const directory = await mkdtemp(join(tmpdir(), "skein-killed-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o711);
  const start = () => spawnServer({ SKEIN_DATA_DIR: join(directory, "data"), OPENAI_BASE_URL: model.baseUrl });
  let server = await start();
  onTestFinished(async () => {
    expect(await server.stop()).toBe(0);
  });
  let client = await connect(server.url);
  const threadId = await startThread(client);
  const all: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const keys = Array.from({ length: messagesPerKill }, (_, index) => `${kill}.${index}`);
    all.push(...keys);
    const answers = sendAll(client, threadId, keys);
    for (const answer of answers) answer.catch(() => {});
    // Before the first answer, after some of them, after all: another place in every round.
    await Promise.all(answers.slice(0, (kill * 2) % (messagesPerKill + 1)));
    await server.kill();
    server = await start();
    client = await connect(server.url);
    for (const { error } of await Promise.all(sendAll(client, threadId, keys))) expect(error).toBeUndefined();
  }
  await client.request("thread/resume", { threadId });
  while ((await said(client, threadId)).length < all.length) await client.notified("turn/completed");
  expect([...(await said(client, threadId))].sort()).toEqual([...all].sort());
  expect((await client.request("thread/queue/list", { threadId })).data).toEqual([]);
  expect(client.complaints).toEqual([]);

  client.socket.terminate();
});
