/** The server is killed in mid-turn and started again: nothing that a client saw is lost, and nothing runs twice. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says, saysAround } from "../testing/prompts.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

let model: ScriptedModel;
let directory: string;
let server: ServerProcess;

const start = () => spawnServer({ SKEIN_DATA_DIR: join(directory, "data"), OPENAI_BASE_URL: model.baseUrl });

beforeEach(async () => {
  model = await startScriptedModel();
  directory = await mkdtemp(join(tmpdir(), "skein-killed-"));
  await chmod(directory, 0o711);
  server = await start();
});

afterEach(async () => {
  expect(await server.stop()).toBe(0);
  await model.close();
  await rm(directory, { recursive: true, force: true });
});

async function connect(): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = new TestClient(new WebSocket(server.url.replace(/^http/, "ws"), { headers }));
  await once(client.socket, "open");
  await client.request("initialize", { clientInfo: { name: "test", version: "1" } });
  return client;
}

test("text, a command and an approval are cut off; all three threads go on", async () => {
  const before = await connect();
  const [talking, working, waiting] = [
    await startThread(before),
    await startThread(before),
    await startThread(before, { approvalPolicy: "untrusted" }),
  ];
  await runTurn(before, talking, [says("An earlier answer.")]);
  await startTurn(before, talking, saysAround("killed", "Said before the end", "."));
  await before.notified("item/agentMessage/delta");
  await startTurn(before, working, [runs("echo begun; echo once >> runs.txt; sleep 600")], [says("Unheard.")]);
  await before.notified("item/commandExecution/outputDelta");
  await startTurn(before, waiting, [runs("echo approved >> runs.txt")], [says("Unheard.")]);
  const { id } = await before.asked();

  await server.kill();
  await before.closed;
  server = await start();

  const after = await connect();
  const lastTurnOf = async (threadId: string) => {
    const { thread } = await after.request("thread/resume", { threadId });
    expect(thread.status).toEqual({ type: "idle" });
    return thread.turns.at(-1);
  };
  const text = await lastTurnOf(talking);
  expect(text).toMatchObject({ status: "interrupted" });
  expect(text.items).toMatchObject([{ type: "userMessage" }, { type: "agentMessage", text: "Said before the end" }]);
  const command = await lastTurnOf(working);
  expect(command.status).toBe("interrupted");
  expect(command.items.at(-1)).toMatchObject({
    type: "commandExecution",
    status: "failed",
    aggregatedOutput: "begun\n",
  });
  const asked = await lastTurnOf(waiting);
  expect(asked.status).toBe("interrupted");
  expect(asked.items.at(-1)).toMatchObject({
    type: "commandExecution",
    status: expect.stringMatching(/failed|declined/),
  });

  after.send({ id, result: { decision: "accept" } });
  for (const threadId of [talking, working, waiting]) {
    expect((await runTurn(after, threadId, [says("I am back.")])).status).toBe("completed");
  }
  await runTurn(after, working, [runs("cat runs.txt")], [says("Once.")]);
  expect(completedItems(after).find(({ type }) => type === "commandExecution").aggregatedOutput).toBe("once\n");
  expect(after.complaints).toEqual([]);
  after.socket.terminate();
});
