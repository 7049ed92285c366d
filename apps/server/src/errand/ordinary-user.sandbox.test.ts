/** Errands where the runner has no rights: the same answers, and its user owns what is written. */
import { lstat } from "node:fs/promises";
import { canServe } from "@skein/runner/escape/ordinary-server";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { describe, expect } from "vitest";
import { type RemoteRunner, startRemoteRunner, startServerWithRunner } from "../testing/remote-workspaces.ts";
import { test as base } from "../testing/server-test.ts";
import type { TestServer } from "../testing/start-test-server.ts";

const uid = 54_323;
let runner: RemoteRunner;

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      runner = await startRemoteRunner({}, uid);
      const server = await startServerWithRunner(runner);
      await use(server);
      await server.stop();
      await runner.stop();
    },
    { scope: "file" },
  ],
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const root = "/workspaces/main";

describe.skipIf(!hasBubblewrap || !(await canServe()))("errands at a runner that is an ordinary user", () => {
  test("files, commands, processes, searches and watches are as at any other", async ({ join }) => {
    const client = await join();
    await client.request("fs/watch", { path: `${root}/made`, watchId: "w" });
    await client.request("fs/createDirectory", { path: `${root}/made` });
    await client.notified("fs/changed", ({ changedPaths }) => changedPaths.includes(`${root}/made`));
    await client.request("fs/writeFile", { path: `${root}/made/file`, dataBase64: base64("kept") });
    expect((await lstat(await runner.pathOf("main", "made", "file"))).uid).toBe(uid);
    await client.request("fs/copy", { sourcePath: `${root}/made`, destinationPath: `${root}/copy`, recursive: true });
    expect(await client.request("fs/readFile", { path: `${root}/copy/file` })).toEqual({ dataBase64: base64("kept") });

    const script = "id -u; cat made/file; echo more >> made/file";
    const run = { command: ["sh", "-c", script], cwd: root };
    expect(await client.request("command/exec", run)).toEqual({ exitCode: 0, stdout: "1000\nkept", stderr: "" });
    await client.request("process/spawn", { ...run, processHandle: "p" });
    expect(await client.notified("process/exited")).toMatchObject({ exitCode: 0, stdout: "1000\nkeptmore\n" });
    const { files } = await client.request("fuzzyFileSearch", { query: "copyfile", roots: [root] });
    expect(files).toMatchObject([{ path: "copy/file" }]);

    await client.request("fs/remove", { path: `${root}/copy` });
    const { entries } = await client.request("fs/readDirectory", { path: root });
    expect(entries.map(({ fileName }: { fileName: string }) => fileName)).toEqual(["made"]);
  });

  test("nothing of the runner's own is in reach", async ({ join }) => {
    const client = await join();
    const data = await runner.pathOf();
    for (const path of [data, "/etc/shadow", `/proc/${process.pid}/environ`]) {
      const { error } = await client.ask("fs/readFile", { path });
      expect([path, error]).toMatchObject([path, { data: { kind: "fileFailed", errno: "ENOENT" } }]);
    }
    const look = { command: ["sh", "-c", `ls ${data} || env | grep SKEIN_RUNNER_TOKEN || echo nothing`], cwd: root };
    expect(await client.request("command/exec", look)).toMatchObject({ stdout: "nothing\n" });
  });
});
