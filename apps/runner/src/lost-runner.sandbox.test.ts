/** What a lost connection, a killed runner and a late owner cost: nothing, or a clear failure. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EnvironmentFailure } from "@skein/core/ports";
import type { RemoteHostOptions } from "@skein/executor/remote/remote-host";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { openRemoteBench, patientWaiting, type RemoteBench, workspaceNamed } from "./host-bench.ts";
import { hasBubblewrap } from "./sandbox-bench.ts";
import { commandSpec, finish, OutputReader, run } from "./sandbox-command.ts";

/** Cuts per test; a full run makes more. */
const cuts = Number(process.env.SKEIN_TEST_CUTS ?? 20);
/** Of a command's output: 2 MB. A little more, and its middle would be left out. */
const lines = 300_000;

describe.skipIf(!hasBubblewrap)("a runner behind a socket", () => {
  let bench: RemoteBench;
  afterEach(() => bench?.close());
  const open = async (options: Partial<RemoteHostOptions> = {}) => {
    bench = await openRemoteBench(options);
    return bench;
  };

  test("loses no byte of output, however often the connection is cut in it", async () => {
    const { proxy } = await open();
    const environment = await bench.thread("t");
    const expected = Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join("");
    while (proxy.cuts < cuts) {
      const process = await environment.start(commandSpec(environment, `seq 1 ${lines}`));
      let text = "";
      proxy.cutAfter(30_000);
      for await (const chunk of process.output) {
        text += Buffer.from(chunk).toString();
        if (proxy.cuts < cuts && bench.host.facts !== null) proxy.cutAfter(20_000);
      }
      expect(text === expected).toBe(true);
      expect(await process.exit).toMatchObject({ exitCode: 0 });
    }
  });

  test("runs every command once, whatever was on its way when the connection was cut", async () => {
    const { proxy } = await open();
    const environment = await bench.thread("t");
    for (let count = 1; count <= cuts; count++) {
      proxy.cutAfter((count * 37) % 400);
      expect(await run(environment, `echo ${count} >> ran; echo done ${count}`)).toMatchObject({
        text: `done ${count}\n`,
        exitCode: 0,
      });
    }
    const ran = await environment.readFile(`${environment.info.root}/ran`, 10_000);
    expect(Buffer.from(ran ?? []).toString()).toBe(
      Array.from({ length: cuts }, (_, index) => `${index + 1}\n`).join(""),
    );
    expect(proxy.cuts).toBeGreaterThan(1);
  });

  test("fails the command that ran when it was killed; its workspace is there for the next", async () => {
    await open();
    const environment = await bench.thread("t");
    const process = await environment.start(commandSpec(environment, "echo kept > file; echo up; sleep 600"));
    const output = new OutputReader(process);
    await output.until((text) => text === "up\n");
    await bench.runner.end("SIGKILL");
    await bench.restart();
    await output.rest();
    await expect(process.exit).rejects.toThrow("the runner build was started anew, and what ran there has ended");
    expect((await run(environment, "cat file")).text).toBe("kept\n");
  });

  test("still refuses an earlier owner after it was killed", async () => {
    await open();
    await bench.thread("t", { fence: 5 });
    await bench.runner.end("SIGKILL");
    await bench.restart();
    await vi.waitUntil(() => bench.host.facts !== null, { timeout: 30_000 });
    await expect(bench.thread("t", { fence: 4 })).rejects.toThrow("the thread has a later owner");
  });

  test("fails what runs at once when it is stopped in order", async () => {
    await open();
    const environment = await bench.thread("t");
    const outcome = finish(await environment.start(commandSpec(environment, "sleep 600")));
    outcome.catch(() => {});
    await bench.runner.end("SIGTERM");
    await expect(outcome).rejects.toThrow("the runner build has stopped, and what ran there has ended");
  });

  test("ends what ran for a node that has given it up", async () => {
    const { proxy } = await open({ resumeWithinMs: 100 });
    const environment = await bench.thread("t");
    const process = await environment.start(commandSpec(environment, "echo up; exec -a forgotten sleep 600"));
    const output = new OutputReader(process);
    await output.until((text) => text === "up\n");
    proxy.block(true);
    proxy.cut();
    await output.rest();
    await expect(process.exit).rejects.toThrow("the runner build was away for 0.1 s, and what ran there has ended");
    proxy.block(false);
    const look = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
    await vi.waitUntil(async () => !(await run(environment, look)).text.includes("forgotten"), { timeout: 30_000 });
  });

  test("ends what ran for a node that is done", async () => {
    await open();
    const node = await bench.join();
    const opening = { workspace: workspaceNamed("of-t"), threadId: "t", fence: 1, leaseMs: 60_000 };
    const leaving = await node.openEnvironment(opening, patientWaiting());
    const process = await leaving.start(commandSpec(leaving, "exec -a forgotten sleep 600"));
    await node.close();
    await expect(finish(process)).rejects.toThrow("the node stops");
    const environment = await bench.thread("t");
    const look = "cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
    await vi.waitUntil(async () => !(await run(environment, look)).text.includes("forgotten"), { timeout: 30_000 });
  });

  test("is reported once for every time that it goes away, however often it is tried", async () => {
    const problems: string[] = [];
    const { proxy, host } = await open({ report: (problem) => void problems.push(problem) });
    for (let count = 1; count <= 2; count++) {
      proxy.cut();
      await vi.waitUntil(() => problems.length === count, { timeout: 30_000 });
      await vi.waitUntil(() => host.facts !== null, { timeout: 30_000 });
    }
    expect(problems[1]).toBe(problems[0]);
  });

  test("keeps for an absent runner only so much, and says so", async () => {
    const { proxy } = await open({ maxKeptBytes: 1_000_000 });
    const environment = await bench.thread("t");
    const process = await environment.start(
      commandSpec(environment, "cat > /dev/null", { tty: { columns: 80, rows: 24 } }),
    );
    proxy.block(true);
    proxy.cut();
    await vi.waitUntil(() => bench.host.facts === null);
    await expect(process.write(new Uint8Array(2_000_000))).rejects.toThrow("1000000 bytes wait to be received");
    await expect(finish(process)).rejects.toBeInstanceOf(EnvironmentFailure);
  });

  test("is waited for, with a word to people, and the command then runs", async () => {
    const { proxy, host } = await open({ absentAfterMs: 50 });
    const notices: string[] = [];
    await bench.thread("t");
    const opening = { workspace: workspaceNamed("of-t"), threadId: "t", fence: 1, leaseMs: 60_000 };
    const environment = await host.openEnvironment(opening, patientWaiting(notices));
    proxy.block(true);
    proxy.cut();
    const outcome = run(environment, "echo here");
    await vi.waitUntil(() => notices.length === 1, { timeout: 30_000 });
    expect(notices[0]).toMatch(/^The workspace's runner build is away \(.+\); the turn waits for it\.$/);
    proxy.block(false);
    expect((await outcome).text).toBe("here\n");
    expect(notices).toEqual([notices[0], "The workspace's runner build is back."]);
  });

  test("is away like any other when it is lost while it is asked for an environment that is known", async () => {
    const { proxy, host } = await open();
    await bench.thread("t");
    const info = { root: "/workspaces/of-t", shell: "/bin/sh", isolation: "bubblewrap" } as const;
    const opening = { workspace: workspaceNamed("of-t"), threadId: "t", fence: 1, leaseMs: 60_000 };
    const opened = host.openEnvironment(opening, { ...patientWaiting(), known: info });
    proxy.block(true);
    proxy.cut();
    const environment = await opened;
    expect(environment.info).toEqual(info);
    proxy.block(false);
    expect((await run(environment, "echo here")).text).toBe("here\n");
  });

  test("is not waited for longer than is allowed, or than anybody wants", async () => {
    const { proxy, host } = await open({ patienceMs: 50 });
    await bench.thread("t");
    const opening = { workspace: workspaceNamed("of-t"), threadId: "t", fence: 1, leaseMs: 60_000 };
    proxy.block(true);
    proxy.cut();
    await vi.waitUntil(() => host.facts === null);
    const info = { root: "/workspaces/of-t", shell: "/bin/sh", isolation: "bubblewrap" } as const;
    const impatient = await host.openEnvironment(opening, { ...patientWaiting(), known: info });
    await expect(run(impatient, "true")).rejects.toThrow(/runner build is away .* and has not come back$/);
    const other = await bench.join({ patienceMs: 600_000 });
    const stop = new AbortController();
    const waiting = { ...patientWaiting(), known: info, signal: stop.signal };
    const outcome = run(await other.openEnvironment(opening, waiting), "true");
    stop.abort();
    await expect(outcome).rejects.toThrow(/and was not waited for$/);
  });

  test("can be told to end a command while it cannot be reached", async () => {
    const { proxy } = await open();
    const environment = await bench.thread("t");
    const process = await environment.start(commandSpec(environment, "echo $$ > pid; echo up; sleep 600"));
    const output = new OutputReader(process);
    await output.until((text) => text === "up\n");
    proxy.block(true);
    proxy.cut();
    await vi.waitUntil(() => bench.host.facts === null);
    await process.kill();
    await output.rest();
    await expect(process.exit).rejects.toThrow("was told to end, but its runner cannot be reached");
    proxy.block(false);
    await vi.waitUntil(async () => (await run(environment, "kill -0 $(cat pid)")).exitCode !== 0, { timeout: 30_000 });
  });

  test("refuses a node that was frozen while another took its thread over", async () => {
    const { proxy } = await open();
    const driver = join(import.meta.dirname, "node-driver.ts");
    const frozen = spawn(process.execPath, [driver, proxy.url, "t", "1", "shared"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(frozen, "exit");
    onTestFinished(() => void frozen.kill("SIGKILL"));
    const lines = createInterface(frozen.stdout)[Symbol.asyncIterator]();
    const say = (line: string) => frozen.stdin.write(`${line}\n`);
    expect((await lines.next()).value).toBe("ready");
    say("echo early >> log; echo ok");
    expect((await lines.next()).value).toBe("said ok");
    frozen.kill("SIGSTOP");
    say("echo late >> log");
    const later = await bench.thread("t", { fence: 2, name: "shared" });
    expect((await run(later, "echo mine >> log; cat log")).text).toBe("early\nmine\n");
    frozen.kill("SIGCONT");
    expect((await lines.next()).value).toMatch(/^failed another node owns the thread now/);
    expect((await run(later, "cat log")).text).toBe("early\nmine\n");
    frozen.stdin.end();
    await exited;
  });

  test("turns away who has no token, and every page of a browser, before a word is read", async () => {
    const { proxy } = await open();
    const status = async (headers: Record<string, string>) => {
      const socket = new WebSocket(proxy.url, { headers });
      const [, response] = await once(socket, "unexpected-response");
      socket.on("error", () => {});
      socket.terminate();
      return response.statusCode;
    };
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer wrong" })).toBe(401);
    expect(await status({ authorization: "Bearer a-token-for-tests-only-of-32-characters", origin: "http://x" })).toBe(
      403,
    );
    const stranger = await bench.join({ token: "another-token-of-more-than-32-characters", absentAfterMs: 1 });
    await vi.waitUntil(() => stranger.absence === "it refuses this node's token", { timeout: 30_000 });
  });

  test("is not taken for another one", async () => {
    await open();
    const confused = await bench.join({ name: "other", absentAfterMs: 1 });
    await vi.waitUntil(() => confused.absence === 'it calls itself "build"', { timeout: 30_000 });
    expect(confused.facts).toBeNull();
  });
});
