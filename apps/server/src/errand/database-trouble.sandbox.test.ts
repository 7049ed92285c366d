/** The database goes away under errands: what runs goes on, what would begin is refused, and nothing of it runs unrecorded. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { describe, expect } from "vitest";
import type { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { test as base } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import { throughProxy } from "../testing/through-proxy.ts";

let proxy: PostgresProxy;

const test = base.extend<{ server: TestServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer(
        {},
        throughProxy((listening) => {
          proxy = listening;
        }),
      );
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const cwd = "/workspaces/main";

describe.skipIf(!hasBubblewrap)("errands without a database", () => {
  test("what runs goes on, what would begin has not, and begins when it is back", async ({ join }) => {
    const client = await join();
    const streamed = { processId: "p", streamStdin: true, streamStdoutStderr: true, disableTimeout: true };
    const running = client.request("command/exec", { command: ["sh", "-c", "echo 1; cat; exit 5"], cwd, ...streamed });
    await client.notified("command/exec/outputDelta");

    await proxy.goAway();
    const refusal = { code: -32001, data: { kind: "databaseUnavailable", retry: "later" } };
    for (const [method, params] of [
      ["command/exec", { command: ["touch", "begun"], cwd }],
      ["process/spawn", { command: ["touch", "begun"], cwd, processHandle: "s" }],
      ["fs/writeFile", { path: `${cwd}/begun`, dataBase64: "" }],
    ] as const) {
      expect([method, (await client.ask(method, params)).error]).toMatchObject([method, refusal]);
    }
    await client.request("command/exec/write", { processId: "p", deltaBase64: base64("in"), closeStdin: true });
    await client.notified("command/exec/outputDelta", ({ deltaBase64 }) => deltaBase64 === base64("in"));
    expect(await running).toMatchObject({ exitCode: 5 });

    await proxy.comeBack();
    const isBack = async () => (await client.ask("fs/readDirectory", { path: cwd })).error ?? null;
    await expect.poll(isBack, { timeout: 30_000 }).toBe(null);
    const { entries } = await client.request("fs/readDirectory", { path: cwd });
    expect(entries.map(({ fileName }: { fileName: string }) => fileName)).not.toContain("begun");
    // Ids of what was refused are free.
    const spawned = { command: ["touch", "begun"], cwd, processHandle: "s" };
    await client.request("process/spawn", spawned);
    expect(await client.notified("process/exited")).toMatchObject({ processHandle: "s", exitCode: 0 });
  });
});
