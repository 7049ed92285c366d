/** A backup is restored behind clients that have seen more than it holds: each is told to begin anew, and goes on with the others. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { makeDataDirectory } from "../database/embedded/testing.ts";
import { startThread } from "../testing/conversation.ts";
import { helloOf } from "../testing/server-test.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

const program = fileURLToPath(new URL("../skein.ts", import.meta.url));

async function connect({ url }: ServerProcess): Promise<TestClient> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const client = new TestClient(new WebSocket(url.replace(/^http/, "ws"), { headers }));
  onTestFinished(() => client.socket.terminate());
  await once(client.socket, "open");
  await client.request("initialize", helloOf({ replay: true }));
  return client;
}

/** Resolves when the client has been shown the end of the turn. */
async function runTurn(client: TestClient, threadId: string, text: string): Promise<void> {
  await client.request("turn/start", { threadId, input: [{ type: "text", text, text_elements: [] }] });
  await client.notified("skein/thread/events", ({ events }) =>
    events.some(({ method }: { method: string }) => method === "turn/completed"),
  );
}

const copy = (from: string, to: string) => promisify(execFile)("cp", ["-a", from, to]);
const resume = async (client: TestClient, threadId: string, cursor: string) =>
  (await client.request("thread/resume", { threadId, excludeTurns: true, replay: { cursor } })).replay;
const turns = async (client: TestClient, threadId: string) =>
  (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;

test("every viewer is reset, and converges on the restored log", { timeout: 180_000 }, async () => {
  await using directory = await makeDataDirectory();
  const [data, backup] = [join(directory.path, "data"), join(directory.path, "backup")];
  const environment = { SKEIN_DATA_DIR: data };
  let server = await spawnServer(environment);
  onTestFinished(() => server.kill());
  const before = await connect(server);
  const threadId = await startThread(before, { approvalPolicy: "never" });
  await runTurn(before, threadId, "Say hello.");
  const early = (await before.request("thread/resume", { threadId, excludeTurns: true })).replay.cursor;
  const kept = await turns(before, threadId);
  await server.stop();
  await copy(data, backup);

  server = await spawnServer(environment);
  const ahead = await connect(server);
  await ahead.request("thread/resume", { threadId });
  await runTurn(ahead, threadId, "List the files.");
  const late = (await ahead.request("thread/resume", { threadId, excludeTurns: true })).replay.cursor;
  await server.stop();
  await rm(data, { recursive: true });
  await copy(backup, data);
  const restored = spawn(process.execPath, [program, "db", "restored"], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: "ignore",
  });
  expect(await once(restored, "exit")).toEqual([0, null]);

  server = await spawnServer(environment);
  const viewers = [await connect(server), await connect(server)] as const;
  for (const [index, cursor] of [early, late].entries()) {
    const viewer = viewers[index] as TestClient;
    expect(await resume(viewer, threadId, cursor)).toMatchObject({ verdict: "reset", reason: "otherIncarnation" });
    expect(await turns(viewer, threadId)).toEqual(kept);
  }
  const [first, second] = viewers;
  await Promise.all([
    runTurn(first, threadId, "Say hello again."),
    second.notified("skein/thread/events", ({ events }) =>
      events.some(({ method }: { method: string }) => method === "turn/completed"),
    ),
  ]);
  const after = await turns(first, threadId);
  expect(after).toHaveLength(2);
  expect(await turns(second, threadId)).toEqual(after);
  const framesOf = (client: TestClient) => client.notifications("skein/thread/events").map(({ params }) => params);
  expect(framesOf(second)).toEqual(framesOf(first));
  expect(await server.stop()).toBe(0);
});
