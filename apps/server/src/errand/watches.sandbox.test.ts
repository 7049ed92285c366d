/** `fs/watch` over a real socket, in a real sandbox: what is told is told by the system, so every test waits for it. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { beforeEach, describe, expect } from "vitest";
import { isNotification } from "../testing/frame.ts";
import { test } from "../testing/server-test.ts";
import type { TestClient } from "../testing/test-client.ts";

const waits = { timeout: 30_000 };

describe.skipIf(!hasBubblewrap)("watching files", () => {
  let client: TestClient;
  let root: string;
  let workspaces = 0;
  beforeEach<{ join: () => Promise<TestClient> }>(async ({ join }) => {
    client = await join();
    const name = `watch-${++workspaces}`;
    await client.request("skein/workspace/create", { name });
    root = `/workspaces/${name}`;
  });

  const run = async (script: string) => {
    const { exitCode } = await client.request("command/exec", { command: ["sh", "-c", script], cwd: root });
    expect(exitCode).toBe(0);
  };
  const watch = (path: string, watchId = "w") => client.request("fs/watch", { path, watchId });
  const toldOf = (watchId: string, since = 0) =>
    client.frames
      .slice(since)
      .filter((frame) => isNotification(frame, "fs/changed"))
      .filter(({ params }) => params.watchId === watchId)
      .flatMap(({ params }) => params.changedPaths as string[]);

  let fences = 0;
  /** What the watches say of a change. The program says it in order, so all of it is said when it has told of what came last. */
  const change = async (script: string, ...watchIds: string[]): Promise<readonly string[][]> => {
    const fence = `${root}/fences/${++fences}`;
    const since = client.frames.length;
    await run(`${script}; mkdir ${fence}`);
    await client.notified(
      "fs/changed",
      ({ watchId, changedPaths }) => watchId === "fence" && changedPaths.includes(fence),
    );
    return (watchIds.length === 0 ? ["w"] : watchIds).map((watchId) => [...new Set(toldOf(watchId, since))].sort());
  };
  const fenced = async () => {
    await run("mkdir fences");
    await watch(`${root}/fences`, "fence");
  };
  const below = (...names: string[]) => [names.map((name) => `${root}/${name}`)];

  test("direct children that come, change, go or are renamed are told, by whomever", async () => {
    await fenced();
    await run("mkdir sub; echo 1 > a");
    expect(await watch(`${root}/x/../sub/../`)).toEqual({ path: root });
    await client.request("fs/writeFile", { path: `${root}/a`, dataBase64: "MQ==" });
    await client.notified("fs/changed", ({ changedPaths }) => changedPaths.includes(`${root}/a`));
    expect(await change("echo 1 > sub/deep")).toEqual(below());
    expect(await change("mv a b; mkdir dir")).toEqual(below("a", "b", "dir"));
    expect(await change("rm b; ln -s /etc link")).toEqual(below("b", "link"));
    expect(await change("chmod 600 dir")).toEqual(below("dir"));
  });

  test("what is not there yet is told when it comes, goes, and comes again", async () => {
    await fenced();
    const path = `${root}/not/there/yet`;
    expect(await watch(path)).toEqual({ path });
    expect(await change("mkdir not")).toEqual(below());
    for (const script of [
      "mkdir -p not/there; echo 1 > not/there/yet",
      "echo 2 > not/there/yet",
      "echo 3 > not/there/new; mv not/there/new not/there/yet",
      "echo 4 > not/there/yet",
      "mv not/there not/elsewhere",
      "mkdir not/there; echo 5 > not/there/yet",
      "rm -r not",
    ]) {
      expect([script, ...(await change(script))]).toEqual([script, [path]]);
    }
  });

  test("a directory that was made anew is watched as before", async () => {
    await fenced();
    await run("mkdir d; echo 1 > d/d; echo 1 > d/x");
    await watch(`${root}/d`);
    expect(await change("rm -r d; mkdir d")).toEqual(below("d", "d/x"));
    expect(await change("echo 1 > d/new")).toEqual(below("d/new"));
  });

  test("ids are the connection's own, end with unwatch, and are free again", async ({ join }) => {
    const other = await join();
    await fenced();
    await watch(`${root}/a`);
    await watch(`${root}/a`, "second");
    const again = await client.ask("fs/watch", { path: root, watchId: "w" });
    expect(again.error).toMatchObject({ code: -32600, message: 'a path is watched under the watchId "w" already' });
    expect(await other.request("fs/unwatch", { watchId: "w" })).toEqual({});
    const both = below("a").concat(below("a"));
    expect(await change("echo > a", "w", "second")).toEqual(both);
    for (let time = 0; time < 2; time++) expect(await client.request("fs/unwatch", { watchId: "w" })).toEqual({});
    expect(await change("echo > a", "w", "second")).toEqual([[], ...below("a")]);
    await watch(`${root}/a`);
    expect(await change("echo > a", "w", "second")).toEqual(both);
    expect(other.notifications("fs/changed")).toEqual([]);
  });

  test("what lies in no workspace does not exist; 64 paths are watched at once", async ({ server }) => {
    for (const path of ["/etc", server.dataDirectory, "/workspaces/nobodys", "/"]) {
      const { error } = await client.ask("fs/watch", { path, watchId: "w" });
      expect(error).toMatchObject({ code: -32603, data: { kind: "fileFailed", errno: "ENOENT" } });
    }
    expect((await client.ask("fs/watch", { path: "relative", watchId: "w" })).error?.code).toBe(-32600);
    await Promise.all(Array.from({ length: 64 }, (_, index) => watch(`${root}/${index}`, `${index}`)));
    const { error } = await client.ask("fs/watch", { path: root, watchId: "w" });
    expect(error).toMatchObject({ code: -32001, data: { kind: "tooManyErrands" } });
    await client.request("fs/unwatch", { watchId: "0" });
    await watch(root);
  });

  const programs = "grep -lz '[t]ree.mjs' /proc/[0-9]*/cmdline | cut -d/ -f3";
  const running = async (): Promise<readonly string[]> => {
    const asked = { command: ["sh", "-c", programs], cwd: root };
    return (await client.request("command/exec", asked)).stdout.split("\n").filter(Boolean);
  };

  test("one program watches, until nothing is watched any more", async () => {
    await watch(root, "1");
    await watch(`${root}/x`, "2");
    expect(await running()).toHaveLength(1);
    for (const watchId of ["1", "2"]) await client.request("fs/unwatch", { watchId });
    await expect.poll(running, waits).toEqual([]);
  });

  test("when the program is killed the path is told and watched again, until it was killed too often", async () => {
    await watch(`${root}/a`);
    await watch(`${root}/never`, "still");
    const killProgram = async () => {
      const since = client.frames.length;
      await run(`kill -9 ${(await running())[0]}`);
      await expect.poll(() => toldOf("still", since), waits).toEqual([`${root}/never`]);
    };
    for (let time = 0; time < 3; time++) {
      await killProgram();
      const since = client.frames.length;
      const isTold = async () => {
        await run("date > a");
        return toldOf("w", since).length > 0;
      };
      await expect.poll(isTold, waits).toBe(true);
    }
    await killProgram();
    const isFree = async () => (await client.ask("fs/watch", { path: root, watchId: "w" })).error === undefined;
    await expect.poll(isFree, waits).toBe(true);
  });
});
