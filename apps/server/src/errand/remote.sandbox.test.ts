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
