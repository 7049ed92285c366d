/** Workspaces of archives, over real sockets: sent, unpacked in the sandbox, worked in, deleted. */
import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { writeZip } from "@skein/executor/testing/write-zip";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { completedItems, runTurn, startThread, startTurn } from "../testing/conversation.ts";
import { runs, says } from "../testing/prompts.ts";
import { helloOf, openClient } from "../testing/server-test.ts";
import { startTestServer, type TestServer } from "../testing/start-test-server.ts";
import type { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("an archive that is sent", () => {
  let server: TestServer;
  let client: TestClient;
  /** With replay, for notifications of Skein's. */
  let watcher: TestClient;
  beforeAll(async () => {
    server = await startTestServer({ SKEIN_LIMIT_WORKSPACE_MB: "8", SKEIN_LIMIT_UPLOAD_MB: "4" });
  });
  beforeAll(async () => {
    client = await join_(false);
    watcher = await join_(true);
  });
  afterAll(async () => {
    for (const one of [client, watcher]) one?.socket.terminate();
    await server?.stop();
  });

  const join_ = async (replay: boolean) => {
    const joined = await openClient(server);
    await joined.request("initialize", helloOf({ replay }));
    return joined;
  };

  const upload = async (name: string, body: Uint8Array, headers: Record<string, string> = {}) => {
    const url = `${server.app.address.url}/api/workspaces?name=${encodeURIComponent(name)}&file=${name}.zip`;
    const authorization = `Bearer ${server.accessToken}`;
    const answer = await fetch(url, {
      method: "POST",
      body: Buffer.from(body),
      headers: { "content-type": "application/octet-stream", authorization, ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as { workspaceId?: string; error?: string } };
  };

  const find = async (id: string | undefined) => {
    const { data } = await client.request("skein/workspace/list", {});
    return data.find((workspace: { id: string }) => workspace.id === id);
  };

  const changedTo = (name: string, type: string) =>
    watcher.notified("skein/workspace/changed", ({ workspace }) => {
      return workspace.name === name && workspace.state.type === type;
    });

  const directories = () => {
    const [tenant = ""] = readdirSync(join(server.dataDirectory, "workspaces"));
    return readdirSync(join(server.dataDirectory, "workspaces", tenant));
  };

  const emptied = () =>
    vi.waitUntil(() => !directories().some((name) => name.startsWith(".")), { timeout: 30_000, interval: 100 });

  const project = writeZip([
    { name: "readme.md", contents: "hello\n" },
    { name: "src/main.ts", contents: "export {};\n" },
  ]);

  test("becomes a workspace that threads work in, with its size, until it is deleted", async () => {
    const { status, body } = await upload("app", project);
    expect(status).toBe(202);
    const { workspace } = await changedTo("app", "ready");
    expect(workspace).toMatchObject({
      ...{ id: body.workspaceId, root: "/workspaces/app", state: { type: "ready" } },
      source: { type: "archive", fileName: "app.zip" },
      disk: { files: 3, bytes: expect.any(Number) },
    });
    const threadId = await startThread(client, { cwd: "/workspaces/app" });
    await runTurn(client, threadId, [runs("ls -A; cat readme.md; echo more > more")], [says("Done.")]);
    expect(completedItems(client).at(-2)).toMatchObject({ aggregatedOutput: "readme.md\nsrc\nhello\n" });

    const read = await client.request("skein/workspace/read", { workspaceId: body.workspaceId });
    expect(read).toMatchObject({
      workspace: { threads: 1, disk: { files: 4 }, mayDelete: true },
      threads: [{ threadId, isAtWork: false }],
      quota: { usedBytes: expect.any(Number), workspaceMaxBytes: 8 * 1024 * 1024 },
    });

    const turnId = await startTurn(client, threadId, [runs("echo up; exec sleep 6000")], [says("Unheard.")]);
    await client.notified("item/commandExecution/outputDelta", ({ turnId: of }) => of === turnId);
    const busy = client.request("skein/workspace/delete", { workspaceId: body.workspaceId });
    await expect(busy).rejects.toMatchObject({ message: expect.stringContaining("a thread is at work") });
    await client.request("turn/interrupt", { threadId, turnId });
    await client.notified("turn/completed", ({ turn }) => turn.id === turnId);

    await client.request("skein/workspace/delete", { workspaceId: body.workspaceId });
    await watcher.notified("skein/workspace/deleted", ({ workspaceId }) => workspaceId === body.workspaceId);
    expect(await find(body.workspaceId)).toBeUndefined();
    expect(directories()).not.toContain("app");
    await emptied();
    expect(existsSync(join(server.dataDirectory, "workspaces"))).toBe(true);

    const lines = await client.request("skein/audit/list", {});
    expect(lines.data).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ action: "workspace.deleted", subject: body.workspaceId, details: { name: "app" } }),
        expect.objectContaining({ action: "workspace.created", details: { name: "app", from: "upload" } }),
      ]),
    );

    const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
    expect(thread.turns).toHaveLength(2);
    await expect(startTurn(client, threadId, [says("Unheard.")])).rejects.toMatchObject({
      message: "the workspace app was deleted",
      data: { kind: "workspaceUnusable" },
    });
  });

  test("says how far it is to whoever comes while it is on its way", async () => {
    const { finish, answer } = startUpload("slow");
    await changedTo("slow", "making");
    const other = await join_(true);
    const { data } = await other.request("skein/workspace/list", {});
    expect(data).toContainEqual(expect.objectContaining({ name: "slow", state: { type: "making", progress: null } }));
    await expect(other.request("thread/start", { cwd: "/workspaces/slow" })).rejects.toMatchObject({
      message: "the workspace slow is still being made",
    });
    finish(project);
    expect(await answer).toBe(202);
    await other.notified("skein/workspace/changed", ({ workspace: { name, state } }) => {
      return name === "slow" && state.type === "ready";
    });
    other.socket.terminate();
  });

  test("leaves nothing when it is refused, and its name is free again", async () => {
    const hostile = writeZip([
      { name: "fine", contents: "x" },
      { name: "../evil", contents: "x" },
    ]);
    const { status, body } = await upload("hostile", hostile);
    expect(status).toBe(202);
    const { workspace } = await changedTo("hostile", "failed");
    expect(workspace.state.message).toContain("../evil");
    await emptied();
    await vi.waitUntil(() => !directories().includes("hostile"), { timeout: 30_000 });
    expect(await find(body.workspaceId)).toMatchObject({ state: { type: "failed" }, mayDelete: true });
    expect((await upload("hostile", project)).status).toBe(202);
    await changedTo("hostile", "ready");
    await client.request("skein/workspace/delete", { workspaceId: body.workspaceId });
    expect(await find(body.workspaceId)).toBeUndefined();
    expect(directories()).toContain("hostile");
  });

  test("ends at the workspace's limit when it is a bomb", async () => {
    await upload("bomb", writeZip([{ name: "zeros", contents: new Uint8Array(64 * 1024 * 1024) }]));
    const { workspace } = await changedTo("bomb", "failed");
    expect(workspace.state.message).toContain("unpacks to more than 8388608 bytes");
    await vi.waitUntil(() => !directories().includes("bomb"), { timeout: 30_000 });
  });

  test("is refused when it is too long, whether it says so or not", async () => {
    expect(await upload("long", new Uint8Array(5 * 1024 * 1024))).toMatchObject({ status: 413 });
    const { finish, answer } = startUpload("long");
    finish(Buffer.concat([project, Buffer.alloc(5 * 1024 * 1024)]));
    expect(await answer).toBe(422);
    await vi.waitUntil(() => !directories().includes("long"), { timeout: 30_000 });
  });

  test("leaves nothing when its sender goes away", async () => {
    const { abort } = startUpload("broken");
    await changedTo("broken", "making");
    abort();
    const { workspace } = await changedTo("broken", "failed");
    expect(workspace.state.message).toBe("the archive broke off on its way");
    await vi.waitUntil(() => !directories().includes("broken"), { timeout: 30_000 });
  });

  test("ends when its workspace is deleted meanwhile", async () => {
    const { answer } = startUpload("unwanted");
    const { workspace } = await changedTo("unwanted", "making");
    await client.request("skein/workspace/delete", { workspaceId: workspace.id });
    await answer.catch(() => {});
    await vi.waitUntil(() => !directories().includes("unwanted"), { timeout: 30_000 });
    expect(await find(workspace.id)).toBeUndefined();
  });

  test("fails and is swept when the server stops meanwhile", async () => {
    startUpload("stopped");
    const { workspace } = await changedTo("stopped", "making");
    await server.restart();
    for (const one of [client, watcher]) one.socket.terminate();
    [client, watcher] = [await join_(false), await join_(true)];
    expect(await find(workspace.id)).toMatchObject({
      state: { type: "failed", message: "the server was stopped; begin again" },
    });
    await vi.waitUntil(() => !directories().includes("stopped"), { timeout: 30_000 });
  });

  test("is for nobody who is not signed in, comes from elsewhere, or gives a bad name", async () => {
    expect(await upload("app", project, { authorization: "" })).toMatchObject({ status: 401 });
    expect(await upload("app", project, { origin: "https://evil.example" })).toMatchObject({ status: 403 });
    expect(await upload("../app", project)).toMatchObject({ status: 400 });
    expect(await upload("slow", project)).toMatchObject({ status: 409 });
  });

  /** Sends the head at once and the body when it is told to. */
  function startUpload(name: string) {
    const { promise: answer, resolve, reject } = Promise.withResolvers<number>();
    const sent = request(`${server.app.address.url}/api/workspaces?name=${name}`, {
      method: "POST",
      agent: false,
      headers: { authorization: `Bearer ${server.accessToken}`, "content-type": "application/zip" },
    });
    sent.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    answer.catch(() => {});
    sent.flushHeaders();
    return { answer, finish: (body: Uint8Array) => void sent.end(body), abort: () => void sent.destroy() };
  }
});
