/** Errands in a workspace that a runner elsewhere holds: the same answers, and a runner that is away is told. */
import { readFile } from "node:fs/promises";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterEach, beforeEach, describe, expect } from "vitest";
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

const base64 = (text: string) => Buffer.from(text).toString("base64");
const at = (path: string) => `/workspaces/main/${path}`;

describe.skipIf(!hasBubblewrap)("errands at a runner elsewhere", () => {
  let client: TestClient;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
  });
  afterEach(() => runner.restart());

  test("files are those of its machine", async () => {
    await client.request("fs/createDirectory", { path: at("a/b") });
    await client.request("fs/writeFile", { path: at("a/b/c"), dataBase64: base64("from afar") });
    expect(await readFile(await runner.pathOf("main", "a/b/c"), "utf8")).toBe("from afar");
    expect(await client.request("fs/readFile", { path: at("a/b/c") })).toEqual({ dataBase64: base64("from afar") });
    expect(await client.request("fs/getMetadata", { path: at("a/b") })).toMatchObject({ isDirectory: true });
    await client.request("fs/copy", { sourcePath: at("a"), destinationPath: at("copy"), recursive: true });
    await client.request("fs/remove", { path: at("a") });
    const { entries } = await client.request("fs/readDirectory", { path: at("copy/b") });
    expect(entries).toEqual([{ fileName: "c", isDirectory: false, isFile: true }]);
    const { error } = await client.ask("fs/readFile", { path: at("a/b/c") });
    expect(error).toMatchObject({ code: -32603, data: { kind: "fileFailed", errno: "ENOENT" } });
  });

  test("what changes there is told", async () => {
    await client.request("fs/watch", { path: at("watched"), watchId: "w" });
    await client.request("fs/createDirectory", { path: at("watched") });
    await client.notified("fs/changed", ({ changedPaths }) => changedPaths.includes(at("watched")));
    await client.request("fs/writeFile", { path: at("watched/a"), dataBase64: "" });
    await client.notified("fs/changed", ({ changedPaths }) => changedPaths.includes(at("watched/a")));
  });

  test("commands run there: their streams apart, with stdin, a terminal, and an end when the connection goes", async ({
    join,
  }) => {
    const cwd = at("");
    const both = { command: ["sh", "-c", "cat; echo err >&2; exit 3"], cwd, processId: "p", streamStdin: true };
    const answer = client.request("command/exec", both);
    await client.request("command/exec/write", { processId: "p", deltaBase64: base64("in") });
    await client.request("command/exec/write", { processId: "p", closeStdin: true });
    expect(await answer).toEqual({ exitCode: 3, stdout: "in", stderr: "err\n" });
    const sized = { command: ["stty", "size"], cwd, processId: "t", tty: true, size: { rows: 7, cols: 9 } };
    await client.request("command/exec", sized);
    expect(client.notifications("command/exec/outputDelta").at(-1)?.params.deltaBase64).toBe(base64("7 9\r\n"));
    const leaving = await join();
    const script = "echo $$ > pid; while :; do sleep 0.05; touch alive; done";
    const command = ["sh", "-c", script];
    await leaving.request("process/spawn", { command, cwd, processHandle: "h", timeoutMs: null });
    await expect
      .poll(() => client.ask("fs/getMetadata", { path: at("alive") }), { timeout: 30_000 })
      .toHaveProperty("result");
    await leaving.close();
    await expect
      .poll(
        async () => {
          await client.request("fs/remove", { path: at("alive") });
          await client.request("command/exec", { command: ["sleep", "0.3"], cwd });
          return (await client.ask("fs/getMetadata", { path: at("alive") })).error?.code;
        },
        { timeout: 30_000 },
      )
      .toBe(-32603);
  });

  test("while it is away a new connection is told so, and finds it again when it is back", async ({ join }) => {
    await client.request("fs/writeFile", { path: at("kept"), dataBase64: base64("kept") });
    await runner.kill();
    const other = await join();
    const { error } = await other.ask("fs/readFile", { path: at("kept") });
    expect(error).toMatchObject({ code: -32001, data: { kind: "runnerAbsent", retry: "later" } });
    await runner.restart();
    const read = () => other.ask("fs/readFile", { path: at("kept") });
    await expect.poll(async () => (await read()).result, { timeout: 30_000 }).toEqual({ dataBase64: base64("kept") });
  });
});
