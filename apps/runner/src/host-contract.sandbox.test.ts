/** What a runner does is the same in process and behind a socket. */
import { join } from "node:path";
import type { NetworkGate, NetworkRequest } from "@skein/core/ports";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostBench, openLocalBench, openRemoteBench, patientWaiting, tenant } from "./host-bench.ts";
import { hasBubblewrap } from "./sandbox-bench.ts";
import { commandSpec, finish, OutputReader, readOnly, run, workspaceWrite } from "./sandbox-command.ts";

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

  test("says what its machine can do", () => {
    expect(bench.host).toMatchObject({ absence: null, facts: { isolation: "bubblewrap", obstacle: null } });
  });

  test("makes a workspace once, under a path that is the same everywhere, and refuses a bad name", async () => {
    const made = await bench.host.createDirectory(tenant, "app");
    expect(made).toMatchObject({ sandboxPath: "/workspaces/app", hostPath: expect.stringMatching(/\/tenant\/app$/) });
    const again = await bench.host.createDirectory(tenant, "app");
    expect(again.hostPath).toBe(made.hostPath);
    await expect(bench.host.createDirectory(tenant, "../app")).rejects.toMatchObject({
      name: "WorkspaceRefused",
      message: expect.stringContaining("is no name for a workspace"),
    });
  });

  test("opens a directory below another only where that is allowed", async () => {
    const { hostPath } = await bench.host.createDirectory(tenant, "tree");
    const environment = await bench.thread("of-tree", { name: "tree" });
    await environment.makeDirectory("/workspaces/tree/src", workspaceWrite, true);
    const below = await bench.host.openDirectory(tenant, join(hostPath, "src"), hostPath);
    expect(below.sandboxPath).toBe("/workspaces/tree/src");
    await expect(bench.host.openDirectory(tenant, "/usr", null)).rejects.toMatchObject({ name: "WorkspaceRefused" });
    await expect(bench.host.openDirectory(tenant, "/nowhere", null)).rejects.toThrow("does not exist");
  });

  test("runs commands in order with their output, exit codes and signals", async () => {
    const environment = await bench.thread("commands");
    expect(environment.info).toMatchObject({ root: "/workspaces/of-commands", isolation: "bubblewrap" });
    expect(await run(environment, "pwd; echo err >&2; exit 3")).toMatchObject({
      text: "/workspaces/of-commands\nerr\n",
      exitCode: 3,
      signal: null,
    });
    expect(await run(environment, "kill -TERM $$")).toMatchObject({ exitCode: null, signal: "SIGTERM" });
    expect(await run(environment, ["no-such-program"])).toMatchObject({ exitCode: 127 });
  });

  test("passes output many times its window byte for byte to a reader that takes its time", async () => {
    const environment = await bench.thread("output");
    const { bytes } = await run(environment, "seq 1 200000");
    const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join("");
    expect(bytes.equals(Buffer.from(expected))).toBe(true);
  });

  test("takes input for a terminal, resizes it and interrupts what runs in it", async () => {
    const environment = await bench.thread("terminal");
    const process = await environment.start(commandSpec(environment, "cat", { tty: { columns: 80, rows: 24 } }));
    const output = new OutputReader(process);
    await process.write(Buffer.from("hello\n"));
    await output.until((text) => text === "hello\r\nhello\r\n");
    await process.resize(100, 30);
    await process.interrupt();
    await output.rest();
    expect(await process.exit).toMatchObject({ signal: "SIGINT" });
  });

  test("kills a command that nobody reads", async () => {
    const environment = await bench.thread("kill");
    const process = await environment.start(commandSpec(environment, "yes"));
    await process.kill();
    expect(await finish(process)).toMatchObject({ signal: "SIGKILL" });
  });

  test("reads, writes, lists, walks and removes files, and refuses as the file system does", async () => {
    const environment = await bench.thread("files");
    const root = environment.info.root;
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    await environment.writeFile(`${root}/deep/er/file`, bytes, workspaceWrite);
    expect(Buffer.from((await environment.readFile(`${root}/deep/er/file`, 1e6)) ?? []).equals(bytes)).toBe(true);
    expect(await environment.readFile(`${root}/missing`, 10)).toBeNull();
    expect(await environment.fileKind(`${root}/deep`)).toBe("directory");
    expect(await environment.listDirectory(`${root}/deep`, 10)).toEqual({
      entries: [{ name: "er", kind: "directory" }],
      truncated: false,
    });
    expect((await environment.walkDirectory(root, 10)).files).toEqual(["deep/er/file"]);
    await expect(environment.readFile(`${root}/deep`, 10)).rejects.toMatchObject({
      name: "FileFailure",
      code: "EISDIR",
    });
    await expect(environment.writeFile(`${root}/no`, bytes, readOnly)).rejects.toMatchObject({ code: "EROFS" });
    await environment.removeFile(`${root}/deep/er/file`, workspaceWrite);
    expect(await environment.fileKind(`${root}/deep/er/file`)).toBeNull();
  });

  test("asks the node about each connection of a command, and tells it what an address refused", async () => {
    const environment = await bench.thread("network");
    const asked: NetworkRequest[] = [];
    const refused: string[] = [];
    const network: NetworkGate = {
      async decide(request) {
        asked.push(request);
        return request.host === "no.example" ? { type: "deny", reason: "not this one" } : { type: "allow" };
      },
      holds: async () => true,
      refused: ({ host }) => void refused.push(host),
    };
    const policy = { ...workspaceWrite, networkAccess: true };
    const fetching = (host: string) => `curl -sS --noproxy '' http://${host}:9/`;
    const script = `${fetching("no.example")}; ${fetching("127.0.0.1")}; ${fetching("[fd00::1]")}`;
    const { text } = await run(environment, script, { policy, network });
    expect(text).toContain("skein: not this one");
    expect(text).toContain("127.0.0.1 leads to the machine itself");
    expect(asked).toEqual([{ host: "no.example", port: 9, protocol: "http" }]);
    expect(refused).toEqual(["127.0.0.1", "fd00::1"]);
  });

  test("withdraws what it asked when the command is gone", async () => {
    const environment = await bench.thread("withdrawn");
    const waiting = Promise.withResolvers<AbortSignal>();
    const network: NetworkGate = {
      decide(_request, signal) {
        waiting.resolve(signal);
        return new Promise(() => {});
      },
      holds: async () => true,
      refused: () => {},
    };
    const policy = { ...workspaceWrite, networkAccess: true };
    const process = await environment.start(
      commandSpec(environment, "curl -sS -p http://example.org/", { policy, network }),
    );
    const signal = await waiting.promise;
    const withdrawn = new Promise((resolve) => signal.addEventListener("abort", resolve));
    await process.kill();
    await finish(process);
    await withdrawn;
  });

  test("fails a command whose sandbox dies, and it alone", async () => {
    const environment = await bench.thread("death");
    const script = "until [ -e go ]; do sleep 0.02; done; kill -9 -1";
    const process = await environment.start(commandSpec(environment, script));
    // Its answer may be lost with the sandbox.
    await environment.writeFile(`${environment.info.root}/go`, new Uint8Array(0), workspaceWrite).catch(() => {});
    await expect(finish(process)).rejects.toMatchObject({ name: "EnvironmentFailure" });
    expect((await run(environment, "echo after")).text).toBe("after\n");
  });

  test("ends what an earlier owner left when a later one comes, and refuses the earlier from then on", async () => {
    const earlier = await bench.thread("owners", { fence: 3, name: "shared" });
    const process = await earlier.start(commandSpec(earlier, "echo up; sleep 600"));
    const output = new OutputReader(process);
    await output.until((text) => text === "up\n");
    const later = await bench.thread("owners", { fence: 4, name: "shared" });
    expect(await output.rest()).toBe("up\n");
    await expect(process.exit).rejects.toThrow("another owner of the thread took over");
    await expect(run(earlier, "true")).rejects.toMatchObject({ name: "EnvironmentFailure" });
    await expect(bench.thread("owners", { fence: 3, name: "shared" })).rejects.toThrow("later owner");
    await bench.host.closeEnvironment("owners", 3);
    expect((await run(later, "echo mine")).text).toBe("mine\n");
    await bench.host.closeEnvironment("owners", 4);
    await expect(bench.thread("owners", { fence: 3, name: "shared" })).rejects.toThrow("later owner");
  });

  test("ends a thread's commands when its lease is overdue, and runs nothing for it until it is renewed", async () => {
    const environment = await bench.thread("lease", { fence: 7, leaseMs: 1_000 });
    const process = await environment.start(commandSpec(environment, "sleep 600"));
    await expect(finish(process)).rejects.toMatchObject({ name: "EnvironmentFailure" });
    await expect(run(environment, "true")).rejects.toThrow("has not kept its lease");
    bench.host.renewLease("lease", 6, 60_000);
    await expect(run(environment, "true")).rejects.toThrow("has not kept its lease");
    bench.host.renewLease("lease", 7, 60_000);
    expect((await run(environment, "echo again")).text).toBe("again\n");
  });

  test("checks a directory anew at every opening", async () => {
    await expect(
      bench.host.openEnvironment(
        {
          workspace: { kind: "opened", tenant, id: "x", path: "/etc" },
          ...{ threadId: "etc", fence: 1, leaseMs: 1_000 },
        },
        patientWaiting(),
      ),
    ).rejects.toMatchObject({ name: "WorkspaceRefused" });
  });
});
