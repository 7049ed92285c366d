/** A server whose workspaces live elsewhere: what people see is the same, and a runner that is away is waited for. */
import { readFile, writeFile } from "node:fs/promises";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { completedItems, expectItemsClosed, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { patches, prompt, runs, says } from "../testing/prompts.ts";
import { type RemoteRunner, startRemoteRunner, startServerWithRunner } from "../testing/remote-workspaces.ts";
import { test as base } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

let runner: RemoteRunner;

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      runner = await startRemoteRunner();
      const server = await startServerWithRunner(runner);
      await use(server);
      await server.stop();
      await runner.stop();
    },
    { scope: "file" },
  ],
});

const lastCommand = (client: TestClient) => completedItems(client).findLast(({ type }) => type === "commandExecution");
const warnings = (client: TestClient) => client.notifications("warning").map(({ params }) => params.message);

describe.skipIf(!hasBubblewrap)("workspaces at a runner elsewhere", () => {
  let client: TestClient;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
  });
  afterEach(async () => {
    await runner.restart();
    expectItemsClosed(client);
  });

  test("commands, patches and files are those of its machine", async () => {
    const threadId = await startThread(client);
    await runTurn(
      client,
      threadId,
      [patches("*** Add File: note.txt", "+from afar")],
      [runs("pwd; cat note.txt; echo more >> note.txt")],
      [says("Done.")],
    );
    expect(lastCommand(client)).toMatchObject({
      ...{ status: "completed", exitCode: 0 },
      aggregatedOutput: "/workspaces/main\nfrom afar\n",
    });
    expect(await readFile(await runner.pathOf("main", "note.txt"), "utf8")).toBe("from afar\nmore\n");
    const { data } = await client.request("skein/workspace/list");
    const main = { name: "main", root: "/workspaces/main", runner: { name: "build", absence: null } };
    expect(data).toContainEqual(expect.objectContaining(main));
  });

  test("a command has a terminal there when it asks for one", async () => {
    const threadId = await startThread(client);
    await runTurn(client, threadId, [runs("tty; stty size", { tty: true })], [says("Done.")]);
    expect(lastCommand(client).aggregatedOutput).toMatch(/^\/dev\/pts\/\d+\r?\n40 120\r?\n$/);
  });

  test("an approval is asked for and binds what then runs there", async () => {
    const threadId = await startThread(client, { approvalPolicy: "untrusted" });
    await startTurn(client, threadId, [runs("touch approved && ls approved")], [says("Done.")]);
    const { id } = await client.asked();
    client.send({ id, result: { decision: "accept" } });
    await client.notified("turn/completed");
    expect(lastCommand(client)).toMatchObject({ exitCode: 0, aggregatedOutput: "approved\n" });
  });

  test("an answer counts while the runner is away, over a restart of the server too", async ({ server, join }) => {
    const first = await join();
    const threadId = await startThread(first, { approvalPolicy: "untrusted" });
    await startTurn(first, threadId, [runs("touch answered && ls answered")], [says("Done.")]);
    const { id } = await first.asked();
    await runner.kill();
    await server.restart();
    const second = await join();
    await second.request("thread/resume", { threadId });
    expect((await second.asked()).id).toBe(id);
    second.send({ id, result: { decision: "accept" } });
    await second.notified("serverRequest/resolved");
    await second.notified("warning", ({ message }) => message.endsWith("the turn waits for it."));
    await runner.restart();
    expect((await second.notified("turn/completed")).turn.status).toBe("completed");
    expect(lastCommand(second)).toMatchObject({ exitCode: 0, aggregatedOutput: "answered\n" });
  });

  test("a network that breaks in the middle of a command's output costs nothing", async () => {
    const threadId = await startThread(client);
    await startTurn(
      client,
      threadId,
      [runs("seq 1 100; until [ -e go ]; do sleep 0.05; done; seq 101 200")],
      [says("Ok")],
    );
    await client.notified("item/commandExecution/outputDelta");
    runner.network.cut();
    await writeFile(await runner.pathOf("main", "go"), "");
    await client.notified("turn/completed");
    const expected = Array.from({ length: 200 }, (_, index) => `${index + 1}\n`).join("");
    const [counted] = completedItems(client).filter(({ command }) => command?.includes("seq 101"));
    expect(counted).toMatchObject({ status: "completed", aggregatedOutput: expected });
  });

  test("the death of the runner fails the command that ran; the turn goes on when it is back", async () => {
    const threadId = await startThread(client);
    await startTurn(client, threadId, [runs("echo begun; sleep 600")], [runs("echo again")], [says("Done.")]);
    await client.notified("item/commandExecution/outputDelta");
    await runner.kill();
    await runner.restart();
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("completed");
    const [first, second] = completedItems(client).filter(({ type }) => type === "commandExecution");
    expect(first).toMatchObject({
      status: "failed",
      aggregatedOutput: expect.stringMatching(/^begun\n(.*\n)*.*the runner build was started anew/),
    });
    expect(second).toMatchObject({ status: "completed", aggregatedOutput: "again\n" });
  });

  test("a runner that is away pauses the turn, with a word that says so, until it is back", async () => {
    const threadId = await startThread(client);
    await runner.kill();
    const turnId = await startTurn(client, threadId, [runs("echo here")], [says("Done.")]);
    const { message } = await client.notified("warning");
    expect(message).toMatch(/^The workspace's runner build is away \(.+\); the turn waits for it\.$/);
    expect((await client.request("thread/read", { threadId })).thread.status.type).toBe("active");
    const { gauges } = await client.request("server/diagnostics", {});
    expect(gauges).toContainEqual({ name: "skein.runners.away", value: 1 });
    await runner.restart();
    const { turn } = await client.notified("turn/completed", ({ turn: { id } }) => id === turnId);
    expect(turn.status).toBe("completed");
    expect(lastCommand(client)).toMatchObject({ status: "completed", aggregatedOutput: "here\n" });
    expect(warnings(client).at(-1)).toBe("The workspace's runner build is back.");
  });

  test("what a turn was warned of is in its pages, with what became of the runner", async ({ join }) => {
    const replay = await join({ replay: true });
    const threadId = await startThread(client);
    await runTurn(client, threadId, [runs("echo before")], [says("Done.")]);
    await replay.request("thread/resume", { threadId, replay: { cursor: null } });
    await runner.kill();
    await startTurn(replay, threadId, [runs("echo here")], [says("Done.")]);
    const framed = () => replay.notifications("skein/thread/events").flatMap(({ params }) => params.events);
    await replay.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes('"state":"away"'));
    const warningsOf = async (from: TestClient) =>
      (await from.request("thread/turns/list", { threadId })).data[0].extras?.warnings;
    const away = {
      message: expect.stringContaining("build is away"),
      ...{ runner: { name: "build", state: "away" }, reportedAtMs: expect.any(Number) },
    };
    expect(await warningsOf(replay)).toEqual([away]);
    await runner.restart();
    await replay.notified("skein/thread/events", ({ events }) => JSON.stringify(events).includes("turn/completed"));
    const back = { message: "The workspace's runner build is back.", runner: { name: "build", state: "back" } };
    expect(await warningsOf(replay)).toEqual([away, expect.objectContaining(back)]);
    expect(framed().filter(({ method }) => method.endsWith("warning/reported"))).toMatchObject([
      { params: { threadId, warning: away } },
      { params: { threadId, warning: back } },
    ]);
    expect(framed().filter(({ method }) => method === "warning")).toMatchObject([
      { params: { threadId, message: away.message } },
      { params: { threadId, message: back.message } },
    ]);
    expect(await warningsOf(client)).toBeUndefined();
  });

  test("a message that cannot be started is tried once for each who asks, and starts when the runner is back", async ({
    join,
  }) => {
    const { workspace } = await client.request("skein/workspace/create", { name: "unseen" });
    const threadId = await startThread(client, { cwd: workspace.root });
    await runner.kill();
    const add = async (key: string) => {
      const input = prompt([says(`Answer to ${key}.`)]);
      await client.request("thread/queue/add", { threadId, clientUserMessageId: key, input });
      return (await client.notified("warning")).message;
    };
    const message = await add("a");
    expect(message).toMatch(/^A queued message could not be started: the runner build is away/);
    expect(await add("b")).toBe(message);
    const told = client.notifications().filter(({ method }) => method === "warning" || method.includes("queue"));
    expect(told.map(({ method }) => method)).toEqual([
      ...["thread/queue/changed", "warning", "thread/queue/changed", "warning"],
    ]);
    const later = await join({ replay: true });
    const resume = () => later.request("thread/resume", { threadId, replay: { cursor: null } });
    expect((await resume()).warnings).toEqual([{ message, runner: null, reportedAtMs: expect.any(Number) }]);
    await client.notified("warning");
    await runner.restart();
    for (const _ of ["a", "b"]) await client.notified("turn/completed", ({ turn }) => turn.status === "completed");
    expect((await resume()).warnings).toEqual([]);
  });

  test("an interrupt ends the wait for a runner that is away", async () => {
    const threadId = await startThread(client);
    await runner.kill();
    const turnId = await startTurn(client, threadId, [runs("echo never")], [says("Unheard.")]);
    await client.notified("warning");
    await client.request("turn/interrupt", { threadId, turnId });
    const { turn } = await client.notified("turn/completed");
    expect(turn.status).toBe("interrupted");
    const { data } = await client.request("skein/workspace/list");
    const main = { name: "main", runner: { name: "build", absence: expect.any(String) } };
    expect(data).toContainEqual(expect.objectContaining(main));
    expect(await client.ask("thread/start", {})).toMatchObject({
      error: { data: { kind: "runnerAbsent" }, message: expect.stringContaining("the runner build is away") },
    });
    await runner.restart();
    expect(await runTurn(client, threadId, [runs("echo now")], [says("Done.")])).toMatchObject({ status: "completed" });
  });
});
