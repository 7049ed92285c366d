/** A server that is killed in the middle of a clone leaves neither half a workspace nor a process, and the name is free again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { type GitServer, startGitServer } from "../testing/git-server.ts";
import { MortalServer } from "../testing/mortal-server.ts";
import type { TestClient } from "../testing/test-client.ts";

describe.skipIf(!hasBubblewrap)("a clone whose server is killed", () => {
  let git: GitServer;
  let model: ScriptedModel;
  let server: MortalServer;

  beforeAll(async () => {
    git = await startGitServer();
    await git.add("open/app.git", { "readme.md": "hello\n" });
    model = await startScriptedModel();
    server = await MortalServer.open(model, {
      NODE_EXTRA_CA_CERTS: git.certificateFile,
      SKEIN_INTERNAL_HOSTS: `localhost:${git.port}`,
    });
  });
  afterAll(async () => {
    await server?.close();
    await model?.close();
    await git?.stop();
  });

  const directories = () => {
    const root = join(server.dataDirectory, "workspaces");
    return readdirSync(root).flatMap((tenant) => readdirSync(join(root, tenant)).map((name) => join(tenant, name)));
  };
  const stateOf = async (client: TestClient, id: string) =>
    (await client.request("skein/workspace/list", {})).data.find((one: { id: string }) => one.id === id)?.state;
  /** Whoever lets time pass waits a minute for it. */
  const forget = (id: string) =>
    server.database.administer((sql) => sql`update workspaces set made_until = 'epoch' where id = ${id}`);
  const clone = async (client: TestClient, name: string): Promise<string> =>
    (await client.request("skein/workspace/clone", { name, url: git.address("open/app.git") })).workspace.id;
  const patience = { timeout: 100_000, interval: 200 };

  test("has failed with a word of why, with nothing left of it, and begins again under its name", async () => {
    const before = await server.connect();
    const held = git.hold();
    const id = await clone(before, "app");
    await held.asked;
    expect(directories().map((path) => path.split("/").at(-1))).toContain("app");
    expect(clonersOf(git.port)).not.toEqual([]);
    await server.kill();
    held.release();
    // The sandbox ends with its server.
    await vi.waitUntil(() => clonersOf(git.port).length === 0, patience);

    await server.start();
    const after = await server.connect();
    // Another node may have taken it up, for all that this one knows.
    expect(await stateOf(after, id)).toMatchObject({ type: "making" });
    await forget(id);
    const failed = { type: "failed", message: "the server that made it has stopped; begin again" };
    await vi.waitUntil(async () => (await stateOf(after, id)).type === "failed", patience);
    expect(await stateOf(after, id)).toEqual(failed);
    await vi.waitUntil(() => directories().every((path) => !isOfApp(path)), patience);

    const again = await clone(after, "app");
    await vi.waitUntil(async () => (await stateOf(after, again)).type !== "making", patience);
    expect(await stateOf(after, again)).toEqual({ type: "ready" });
    const [path = ""] = directories().filter(isOfApp);
    expect(readFileSync(join(server.dataDirectory, "workspaces", path, "readme.md"), "utf8")).toBe("hello\n");
    await after.request("skein/workspace/delete", { workspaceId: id });
    expect(await stateOf(after, id)).toBeUndefined();
    expect(existsSync(join(server.dataDirectory, "workspaces", path))).toBe(true);
  }, 240_000);
});

/** What is put aside to be emptied begins with a dot. */
function isOfApp(path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  return name === "app" || name.startsWith(".");
}

/** Processes that work on a clone from that port. */
function clonersOf(port: number): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return words.includes(`localhost:${port}/`) && words.includes("clone");
    } catch {
      return false;
    }
  });
}
