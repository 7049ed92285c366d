/** What is done to whole trees is done in the workspace's sandbox, by its owner, in process and behind a socket alike. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { partName } from "@skein/executor/archive/archive-parts";
import { writeZip } from "@skein/executor/testing/write-zip";
import { askTree } from "@skein/executor/tree/ask-tree";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type HostBench, openLocalBench, openRemoteBench, tenant } from "./host-bench.ts";
import { hasBubblewrap } from "./sandbox-bench.ts";
import { commandSpec, finish, fullAccess, run } from "./sandbox-command.ts";

const drivers = [
  ["in process", openLocalBench],
  ["behind a socket", openRemoteBench],
] as const;

describe.skipIf(!hasBubblewrap).each(drivers)("a runner %s", (_name, open) => {
  let bench: HostBench;
  beforeAll(async () => {
    bench = await open();
  });
  afterAll(() => bench?.close());

  const unpack = async (name: string, archive: Buffer, maxBytes = 10_000_000) => {
    const environment = await bench.thread(`unpacks-${name}`, { name });
    const { root } = environment.info;
    const partBytes = 1000;
    const directory = `${root}/.parts`;
    const count = Math.ceil(archive.length / partBytes);
    for (let index = 0; index < count; index++) {
      const part = archive.subarray(index * partBytes, (index + 1) * partBytes);
      await environment.writeFile(`${directory}/${partName(index)}`, part, fullAccess);
    }
    const parts = { directory, count, partBytes };
    const task = { type: "unpack" as const, root, parts, limits: { maxBytes, maxFiles: 100 } };
    return { environment, use: await askTree(environment, task) };
  };

  test("unpacks an archive that was sent in parts, and leaves none of them", async () => {
    const archive = writeZip([
      { name: "readme.md", contents: "hello\n" },
      { name: "bin/run", contents: "#!/bin/sh\necho ran\n", mode: 0o100755 },
    ]);
    const { environment, use } = await unpack("unpacked", archive);
    expect(use).toMatchObject({ files: 3 });
    expect((await run(environment, "ls -A; ./bin/run; stat -c %u bin/run")).text).toBe("bin\nreadme.md\nran\n1000\n");
    expect(await askTree(environment, { type: "measure", root: environment.info.root })).toEqual(use);
  });

  test("says why it refuses an archive", async () => {
    const bomb = writeZip([{ name: "zeros", contents: new Uint8Array(5_000_000) }]);
    await expect(unpack("bombed", bomb, 1_000_000)).rejects.toMatchObject({
      name: "TreeRefused",
      message: expect.stringContaining("unpacks to more than 1000000 bytes"),
    });
  });

  test("removes a workspace whatever is in it, ends what runs in it, and touches nothing beside it", async () => {
    const { hostPath } = await bench.host.createDirectory(tenant, "doomed");
    const outside = join(dirname(hostPath), "spared");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "");
    const environment = await bench.thread("in-doomed", { name: "doomed" });
    await run(environment, `mkdir -p closed/in; touch closed/in/file; chmod 0 closed/in closed; ln -s ${outside} link`);
    symlinkSync(outside, join(hostPath, "planted"));
    const server = await environment.start(commandSpec(environment, "sleep 600"));
    const ended = expect(finish(server)).rejects.toMatchObject({ name: "EnvironmentFailure" });
    await bench.host.removeDirectory(tenant, "doomed");
    await ended;
    expect(existsSync(hostPath)).toBe(false);
    await vi.waitUntil(() => !readdirSync(dirname(hostPath)).some((name) => name.startsWith(".removed-")), {
      timeout: 30_000,
    });
    expect(readdirSync(outside)).toEqual(["file"]);
    await bench.host.removeDirectory(tenant, "doomed");
  });

  test("gives the name of a removed workspace to a new one, which is empty", async () => {
    const { hostPath } = await bench.host.createDirectory(tenant, "again");
    writeFileSync(join(hostPath, "old"), "");
    chmodSync(hostPath, 0o700);
    await bench.host.removeDirectory(tenant, "again");
    const made = await bench.host.createDirectory(tenant, "again");
    expect(readdirSync(made.hostPath)).toEqual([]);
  });

  test.each(["..", ".", "a/b", ".removed-x", ""])("removes no %j", async (name) => {
    await expect(bench.host.removeDirectory(tenant, name)).rejects.toMatchObject({ name: "WorkspaceRefused" });
  });
});

describe.skipIf(!hasBubblewrap)("a runner that starts", () => {
  test("goes on with what an earlier one has put aside", async () => {
    const bench = await openRemoteBench();
    try {
      const { hostPath } = await bench.host.createDirectory(tenant, "half");
      const environment = await bench.thread("half", { name: "half" });
      await run(environment, "mkdir sub; touch sub/file");
      await bench.runner.end("SIGKILL");
      renameSync(hostPath, join(dirname(hostPath), ".removed-0"));
      await bench.restart();
      await vi.waitUntil(() => readdirSync(dirname(hostPath)).length === 0, { timeout: 30_000 });
    } finally {
      await bench.close();
    }
  });
});
