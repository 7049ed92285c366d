/** Two nodes with a runner each that the other does not reach: errands are done where the workspace can be reached, and told to be impossible elsewhere. */
import { hasBubblewrap } from "@skein/runner/sandbox-bench";
import { describe, expect } from "vitest";
import { clusterTest } from "../testing/cluster-test.ts";
import { startTestCluster } from "../testing/start-test-cluster.ts";

const test = clusterTest(() => startTestCluster(2));

const root = "/workspaces/of-the-first";
const path = `${root}/file`;
const dataBase64 = Buffer.from("kept").toString("base64");
const command = ["touch", `${root}/begun`];

describe.skipIf(!hasBubblewrap)("errands at a node that does not reach the workspace's runner", () => {
  test("none is begun, and the answer names the runner; at the node beside it all goes on", async ({ join }) => {
    const [near, far] = [await join(0), await join(1)];
    await near.request("skein/workspace/create", { name: "of-the-first" });
    await near.request("fs/writeFile", { path, dataBase64 });
    const errands: readonly (readonly [string, object])[] = [
      ["fs/readFile", { path }],
      ["fs/writeFile", { path, dataBase64: "" }],
      ["fs/createDirectory", { path: `${root}/begun` }],
      ["fs/getMetadata", { path }],
      ["fs/readDirectory", { path: root }],
      ["fs/remove", { path }],
      ["fs/copy", { sourcePath: path, destinationPath: `${root}/begun` }],
      ["fs/watch", { path, watchId: "w" }],
      ["command/exec", { command, cwd: root }],
      ["process/spawn", { command, cwd: root, processHandle: "p" }],
      ["fuzzyFileSearch", { query: "file", roots: [root] }],
    ];
    for (const [method, params] of errands) {
      const { error } = await far.ask(method, params);
      expect([method, error]).toMatchObject([method, { code: -32001, data: { kind: "runnerAbsent", retry: "later" } }]);
    }
    // What is not there is not there, wherever it is asked for; and ids of what was refused are free.
    const missing = await far.ask("fs/readFile", { path: "/workspaces/nobodys/file" });
    expect(missing.error).toMatchObject({ data: { kind: "fileFailed", errno: "ENOENT" } });
    const own = "/workspaces/of-the-second";
    await far.request("skein/workspace/create", { name: "of-the-second" });
    expect(await far.request("fs/watch", { path: own, watchId: "w" })).toEqual({ path: own });
    await far.request("process/spawn", { command: ["true"], cwd: own, processHandle: "p" });
    await far.notified("process/exited");

    const { entries } = await near.request("fs/readDirectory", { path: root });
    expect(entries.map(({ fileName }: { fileName: string }) => fileName)).toEqual(["file"]);
    expect(await near.request("fs/readFile", { path })).toEqual({ dataBase64 });
    expect((await near.request("fuzzyFileSearch", { query: "file", roots: [root] })).files).toHaveLength(1);
  });
});
