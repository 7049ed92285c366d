/** The server is killed in mid-turn and started again: the turn goes on, nothing that a client saw is lost, nothing runs twice. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { asks, runs, says, saysAround } from "../testing/prompts.ts";
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

test("text, a command and an approval are cut off; all three turns go on", async () => {
  const before = await connect();
  const [talking, working, waiting] = [
    await startThread(before),
    await startThread(before),
    await startThread(before, { approvalPolicy: "untrusted" }),
  ];
  await runTurn(before, talking, [says("An earlier answer.")]);
  await startTurn(before, talking, saysAround("killed", "Said before the end", "."));
  await before.notified("item/agentMessage/delta");
  await startTurn(before, working, [runs("echo begun; echo once >> runs.txt; sleep 600")], [says("I see.")]);
  await before.notified("item/commandExecution/outputDelta");
  await startTurn(before, waiting, [runs("echo approved >> ok.txt; cat ok.txt")], [says("Thank you.")]);
  const { id } = await before.asked();

  await server.kill();
  await before.closed;
  server = await start();
  await model.gateReached("killed", 2);
  model.releaseGate("killed");
  model.releaseGate("killed");

  const after = await connect();
  // The client has not asked for the thread yet: the answer finds it by its id alone.
  after.send({ id, result: { decision: "accept" } });
  const turnOf = async (threadId: string) => {
    const { thread } = await after.request("thread/resume", { threadId });
    if (thread.turns.at(-1).status === "inProgress") {
      await after.notified("turn/completed", (params) => params.threadId === threadId);
    }
    return (await after.request("thread/read", { threadId, includeTurns: true })).thread.turns.at(-1);
  };
  const text = await turnOf(talking);
  expect(text).toMatchObject({ status: "completed" });
  expect(text.items).toMatchObject([
    { type: "userMessage" },
    { type: "agentMessage", text: "Said before the end" },
    { type: "agentMessage", text: "Said before the end." },
  ]);
  const command = await turnOf(working);
  expect(command).toMatchObject({ status: "completed" });
  const aggregatedOutput = "begun\ninterrupted by a server restart\n";
  expect(command.items.slice(1)).toMatchObject([
    { type: "commandExecution", status: "failed", aggregatedOutput },
    { type: "agentMessage", text: "I see." },
  ]);
  const asked = await turnOf(waiting);
  expect(asked).toMatchObject({ status: "completed" });
  expect(asked.items.slice(1)).toMatchObject([
    { type: "commandExecution", status: "completed", aggregatedOutput: "approved\n" },
    { type: "agentMessage", text: "Thank you." },
  ]);
  await runTurn(after, working, [runs("cat runs.txt")], [says("Once.")]);
  expect(completedItems(after).findLast(({ type }) => type === "commandExecution").aggregatedOutput).toBe("once\n");
  expect(after.complaints).toEqual([]);
  after.socket.terminate();
});

test("a question outlives the server that is killed, and counts by its id alone", async () => {
  const before = await connect();
  const threadId = await startThread(before);
  const question = { id: "q", header: "Pick", question: "Which?", options: [{ label: "A", description: "a" }] };
  const turnId = await startTurn(before, threadId, [asks(question)], [says("A it is.")]);
  const { id, params } = await before.asked("item/tool/requestUserInput");
  await server.kill();
  await before.closed;
  server = await start();
  const [one, two] = [await connect(), await connect()];
  await one.request("thread/resume", { threadId });
  expect(await one.asked("item/tool/requestUserInput")).toMatchObject({ id, params });
  // It has not asked for the thread.
  two.send({ id, result: { answers: { q: { answers: ["A"] } } } });
  await one.notified("serverRequest/resolved", ({ requestId }) => requestId === id);
  expect((await one.notified("turn/completed")).turn).toMatchObject({ id: turnId, status: "completed" });
  const told = model.requests.at(-1)?.body.input.at(-1);
  expect(told).toMatchObject({ type: "function_call_output", output: '{"answers":{"q":{"answers":["A"]}}}' });
  for (const client of [one, two]) {
    expect(client.complaints).toEqual([]);
    client.socket.terminate();
  }
});
