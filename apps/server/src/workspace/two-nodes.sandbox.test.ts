/** Two nodes with data directories of their own and one runner: threads move between them, the workspace stays. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { type RemoteRunner, startRemoteRunner } from "../testing/remote-workspaces.ts";
import { type ServerProcess, spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("two nodes and one runner", () => {
  let undo: (() => unknown)[];
  let runner: RemoteRunner;
  let model: ScriptedModel;
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let directory: string;

  beforeEach(async () => {
    undo = [];
    directory = await mkdtemp(join(tmpdir(), "skein-nodes-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    await chmod(directory, 0o711);
    database = await openTestDatabase();
    undo.push(() => database.close());
    if (database.target.type !== "socket") throw new Error("the test cluster has a socket");
    proxy = await PostgresProxy.listen(database.target.path, 0);
    undo.push(() => proxy.goAway());
    model = await startScriptedModel();
    undo.push(() => model.close());
    runner = await startRemoteRunner();
    undo.push(() => runner.stop());
  });

  afterEach(async () => {
    for (const step of undo.reverse()) await step();
  });

  async function startNode(name: string): Promise<ServerProcess> {
    const node = await spawnServer({
      ...runner.environment,
      DATABASE_URL: `postgres://skein_owner@127.0.0.1:${proxy.port}/${database.target.type === "socket" ? database.target.database : ""}`,
      SKEIN_DATA_DIR: join(directory, name),
      SKEIN_NODE_ID: name,
      SKEIN_LEASE_SECONDS: "5",
      OPENAI_BASE_URL: model.baseUrl,
      LOG_LEVEL: "silent",
    });
    undo.push(() => node.kill());
    return node;
  }

  async function connect({ url }: ServerProcess): Promise<TestClient> {
    const headers = { authorization: `Bearer ${accessToken}` };
    const client = new TestClient(new WebSocket(url.replace(/^http/, "ws"), { headers }));
    undo.push(() => client.socket.terminate());
    await once(client.socket, "open");
    await client.request("initialize", { clientInfo: { name: "test", version: "1" } });
    return client;
  }

  /** The thread's last turn, once it has ended. */
  async function endedTurn(client: TestClient, threadId: string) {
    return vi.waitUntil(
      async () => {
        const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
        const turn = thread.turns.at(-1);
        return turn?.status === "inProgress" ? null : turn;
      },
      { timeout: 45_000, interval: 200 },
    );
  }

  test("a node dies in mid-command: the other goes on in the same workspace, and nothing of the first is left", async () => {
    const first = await startNode("a");
    const before = await connect(first);
    const threadId = await startThread(before);
    await startTurn(
      before,
      threadId,
      [runs("echo by-a > file; echo once >> runs; echo begun; exec sleep 7654321")],
      [runs("echo by-b >> file; cat file runs")],
      [says("Gone on.")],
    );
    await before.notified("item/commandExecution/outputDelta");
    expect(sleepers()).not.toEqual([]);
    await first.kill();
    const turn = await endedTurn(await connect(await startNode("b")), threadId);
    expect(turn.status).toBe("completed");
    const commands = turn.items.filter(({ type }: { type: string }) => type === "commandExecution");
    expect(commands).toMatchObject([
      { status: "failed", aggregatedOutput: expect.stringContaining("begun\n") },
      { status: "completed", aggregatedOutput: "by-a\nby-b\nonce\n" },
    ]);
    expect(sleepers()).toEqual([]);
  });

  test("a node that was frozen past its lease does nothing more for a thread that another has taken over", async () => {
    const first = await startNode("a");
    const before = await connect(first);
    const threadId = await startThread(before);
    await startTurn(
      before,
      threadId,
      [runs("echo begun; until [ -e go ]; do sleep 0.05; done; echo late >> log")],
      [runs("touch go; sleep 0.3; echo mine >> log; cat log")],
      [says("Gone on.")],
    );
    await before.notified("item/commandExecution/outputDelta");
    first.signal("SIGSTOP");
    const after = await connect(await startNode("b"));
    expect((await endedTurn(after, threadId)).items).toContainEqual(
      expect.objectContaining({ type: "commandExecution", aggregatedOutput: "mine\n" }),
    );
    first.signal("SIGCONT");
    const again = await connect(first);
    const other = await startThread(again);
    expect((await runTurn(again, other, [runs("echo well")], [says("Done.")])).status).toBe("completed");
    expect(completedItems(again).find(({ type }) => type === "commandExecution").aggregatedOutput).toBe("well\n");
    expect(await readFile(await runner.pathOf("main", "log"), "utf8")).toBe("mine\n");
    expect(await endedTurn(after, threadId)).toMatchObject({ status: "completed" });
  });
});

function sleepers(): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1").startsWith("sleep\x007654321");
    } catch {
      return false;
    }
  });
}
