/** The server is killed while the model answers: the call that was under way is in the ledger once, and so is the one made in its place. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { gate, says, saysAround } from "../testing/prompts.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

let model: ScriptedModel;
let directory: string;
let server: ServerProcess;

const start = () => spawnServer({ SKEIN_DATA_DIR: join(directory, "data"), OPENAI_BASE_URL: model.baseUrl });

beforeEach(async () => {
  model = await startScriptedModel();
  directory = await mkdtemp(join(tmpdir(), "skein-lost-calls-"));
  await chmod(directory, 0o711);
  server = await start();
});

afterEach(async () => {
  expect(await server.stop()).toBe(0);
  await model.close();
  await rm(directory, { recursive: true, force: true });
});

interface Used {
  readonly threadId: string;
  readonly calls: number;
}

async function connect(): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = new TestClient(new WebSocket(server.url.replace(/^http/, "ws"), { headers }));
  await once(client.socket, "open");
  await client.request("initialize", {
    clientInfo: { name: "test", version: "1" },
    capabilities: { experimentalApi: true },
  });
  return client;
}

test("each call counts once, those too that nobody saw the end of", async () => {
  const before = await connect();
  const [speaking, silent] = [await startThread(before), await startThread(before)];
  await runTurn(before, speaking, [says("An earlier answer.")]);
  await startTurn(before, speaking, saysAround("speaking", "Said before the end", "."));
  await before.notified("item/agentMessage/delta");
  await startTurn(before, silent, [gate("silent"), says("Never told before.")]);
  await model.gateReached("silent");

  await server.kill();
  await before.closed;
  server = await start();
  for (const name of ["speaking", "silent"]) {
    await model.gateReached(name, 2);
    model.releaseGate(name);
    model.releaseGate(name);
  }
  const after = await connect();
  for (const threadId of [speaking, silent]) {
    const { thread } = await after.request("thread/resume", { threadId });
    if (thread.turns.at(-1).status === "inProgress")
      await after.notified("turn/completed", (params) => params.threadId === threadId);
  }
  const { report } = await after.request("skein/usage/report", { days: 2 });
  const calls = new Map(report.threads.map(({ threadId, calls }: Used) => [threadId, calls]));
  // In each the one that was cut off and the one that took its place.
  expect(calls.get(speaking)).toBe(1 + 2);
  expect(calls.get(silent)).toBe(2);
  // The first call of a turn that begins after it finds nothing left to count.
  await runTurn(after, silent, [says("Once more.")]);
  const later = await after.request("skein/usage/report", { days: 2 });
  expect(later.report.threads.find(({ threadId }: Used) => threadId === silent)?.calls).toBe(3);
});
