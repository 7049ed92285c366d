/** Two nodes and one runner elsewhere: what is cloned there, and what two that come at once may take together. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { PostgresProxy } from "../database/testing/postgres-proxy.ts";
import { openTestDatabase } from "../database/testing.ts";
import { type GitServer, gitToken, gitUsername, startGitServer } from "../testing/git-server.ts";
import { type RemoteRunner, startRemoteRunner } from "../testing/remote-workspaces.ts";
import { spawnServer } from "../testing/spawn-server.ts";
import { accessToken } from "../testing/start-test-server.ts";
import { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("repositories at a runner elsewhere", () => {
  const undo: (() => unknown)[] = [];
  let git: GitServer;
  let runner: RemoteRunner;
  let clients: readonly [TestClient, TestClient];

  beforeAll(async () => {
    git = await startGitServer();
    undo.push(() => git.stop());
    const directory = await mkdtemp(join(tmpdir(), "skein-clones-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    await chmod(directory, 0o711);
    const database = await openTestDatabase();
    undo.push(() => database.close());
    if (database.target.type !== "socket") throw new Error("the test cluster has a socket");
    const name = database.target.database;
    const proxy = await PostgresProxy.listen(database.target.path, 0);
    undo.push(() => proxy.goAway());
    // Its operator says where clones may lead, and whose certificates count: the connection is made there.
    runner = await startRemoteRunner({
      NODE_EXTRA_CA_CERTS: git.certificateFile,
      SKEIN_INTERNAL_HOSTS: `localhost:${git.port}`,
    });
    undo.push(() => runner.stop());
    const start = async (node: string) => {
      const server = await spawnServer({
        ...runner.environment,
        DATABASE_URL: `postgres://skein_owner@127.0.0.1:${proxy.port}/${name}`,
        SKEIN_DATA_DIR: join(directory, node),
        SKEIN_NODE_ID: node,
        SKEIN_SECRET: "a secret that is the same on both nodes",
        SKEIN_LIMIT_TENANT_DISK_MB: "10",
        LOG_LEVEL: "silent",
      });
      undo.push(() => server.kill());
      const headers = { authorization: `Bearer ${accessToken}` };
      const client = new TestClient(new WebSocket(server.url.replace(/^http/, "ws"), { headers }));
      undo.push(() => client.socket.terminate());
      await once(client.socket, "open");
      await client.request("initialize", { clientInfo: { name: "test", version: "1" } });
      return client;
    };
    clients = [await start("a"), await start("b")];
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  /** As the list of a node says it, once nothing is made any more. */
  const settled = (client: TestClient, ...ids: readonly string[]) =>
    vi.waitUntil(
      async () => {
        const { data } = await client.request("skein/workspace/list", {});
        const found = data.filter(({ id }: { id: string }) => ids.includes(id));
        return found.every(({ state }: { state: { type: string } }) => state.type !== "making") ? found : null;
      },
      { timeout: 50_000, interval: 200 },
    );
  const clone = async (client: TestClient, name: string, path: string): Promise<string> =>
    (await client.request("skein/workspace/clone", { name, url: git.address(path) })).workspace.id;

  test("are cloned there, with a credential that another node was given", async () => {
    await git.add("private/app.git", { "secret.md": "for few\n" });
    const [a, b] = clients;
    const given = { scope: "user", name: "reading", host: `localhost:${git.port}`, username: gitUsername };
    await a.request("skein/gitCredential/add", { ...given, token: gitToken });
    const id = await clone(b, "private", "private/app.git");
    expect(await settled(a, id)).toMatchObject([{ state: { type: "ready" }, runner: { name: "build" } }]);
    expect(readFileSync(await runner.pathOf("private", "secret.md"), "utf8")).toBe("for few\n");
    expect(readFileSync(await runner.pathOf("private", ".git/config"), "utf8")).not.toContain(gitToken);
    await b.request("skein/workspace/delete", { workspaceId: id });
  });

  test("two at once, on two nodes, do not take together what only one of them may", async () => {
    for (const name of ["one", "two"]) await git.add(`open/${name}.git`, { "large.bin": randomBytes(3_300_000) });
    const [a, b] = clients;
    const held = git.hold();
    const ids = await Promise.all([clone(a, "one", "open/one.git"), clone(b, "two", "open/two.git")]);
    await held.asked;
    held.release();
    const found = await settled(a, ...ids);
    const states = found.map(({ state }: { state: { type: string } }) => state.type).sort();
    expect(states).toEqual(["failed", "ready"]);
    const failed = found.find(({ state }: { state: { type: string } }) => state.type === "failed");
    expect(failed.state.message).toBe("others of your team's workspaces have taken the room that was left for it");
    const place = await runner.pathOf(failed.name);
    await vi.waitUntil(() => !existsSync(place), { timeout: 30_000, interval: 100 });
    const { quota } = (await b.request("skein/workspace/list", {})) as {
      quota: { usedBytes: number; maxBytes: number };
    };
    expect(quota.usedBytes).toBeLessThanOrEqual(quota.maxBytes);
  });
});
