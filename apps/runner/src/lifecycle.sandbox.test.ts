import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { commandSpec, finish, OutputReader, readOnly, run } from "./sandbox-command.ts";

describe.skipIf(!hasBubblewrap)("a thread's sandboxes", () => {
  let bench: SandboxBench;
  afterEach(() => bench?.close());

  const eventually = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 30_000 });

  test("opening starts nothing, and the same thread gets the same environment", async () => {
    bench = await SandboxBench.open();
    const workspace = bench.workspace();
    const environment = await bench.environments.open(workspace, "t", 1);
    expect(environment.sandboxes).toBe(0);
    expect(environment.info).toMatchObject({ root: workspace.sandboxPath, isolation: "bubblewrap" });
    expect(await bench.environments.open(workspace, "t", 1)).toBe(environment);
    expect(bench.environments).toMatchObject({ facts: { isolation: "bubblewrap", obstacle: null } });
  });

  test("an idle, empty sandbox ends, one with something running stays", async () => {
    bench = await SandboxBench.open({ idleMs: 50 });
    const environment = await bench.thread();
    const inside = await environment.start(commandSpec(environment, "until [ -e go ]; do sleep 0.02; done"));
    expect(environment.sandboxes).toBe(1);
    writeFileSync(join(environment.workspace.hostPath, "go"), "");
    await finish(inside);
    await eventually(() => environment.sandboxes === 0);
    await run(environment, "until [ -e stop ]; do sleep 0.02; done > /dev/null & true");
    await run(environment, "true", { policy: readOnly });
    await eventually(() => environment.sandboxes === 1);
    writeFileSync(join(environment.workspace.hostPath, "stop"), "");
    await eventually(() => environment.sandboxes === 0);
    expect((await run(environment, "echo again")).text).toBe("again\n");
  });

  test("a command that kills its runner fails alone; the next has a new sandbox", async () => {
    bench = await SandboxBench.open();
    const environment = await bench.thread();
    const process = await environment.start(
      commandSpec(environment, "echo before; until [ -e go ]; do :; done; kill -9 -1"),
    );
    const output = new OutputReader(process);
    await output.until((text) => text === "before\n");
    writeFileSync(join(environment.workspace.hostPath, "go"), "");
    expect(await output.rest()).toBe("before\n");
    await expect(process.exit).rejects.toMatchObject({ name: "EnvironmentFailure" });
    expect((await run(environment, "echo after")).text).toBe("after\n");
  });

  test("closing ends what runs with a reason, and refuses what comes later", async () => {
    bench = await SandboxBench.open();
    const environment = await bench.thread();
    const process = await environment.start(commandSpec(environment, ["sleep", "600"]));
    const outcome = finish(process);
    await environment.close();
    await expect(outcome).rejects.toThrow("the thread's environment was closed");
    await expect(run(environment, "true")).rejects.toThrow("was closed");
  });

  test("a later owner of the thread ends the earlier one's commands, which cannot come back", async () => {
    bench = await SandboxBench.open();
    const workspace = bench.workspace();
    const earlier = await bench.environments.open(workspace, "t", 1);
    const process = await earlier.start(commandSpec(earlier, ["sleep", "600"]));
    const later = await bench.environments.open(workspace, "t", 2);
    await expect(process.exit).rejects.toThrow("another owner of the thread took over");
    await expect(run(earlier, "true")).rejects.toMatchObject({ name: "EnvironmentFailure" });
    expect((await run(later, "echo mine")).text).toBe("mine\n");
    await expect(bench.environments.open(workspace, "t", 1)).rejects.toThrow("later owner");
  });

  test("a lease that is not renewed ends the commands", async () => {
    bench = await SandboxBench.open();
    const workspace = bench.workspace();
    const environment = await bench.environments.open(workspace, "t", 1);
    const process = await environment.start(commandSpec(environment, ["sleep", "600"]));
    bench.environments.renewLease("t", 1, 60_000);
    bench.environments.renewLease("t", 1, 50);
    await expect(process.exit).rejects.toMatchObject({ name: "EnvironmentFailure" });
  });

  test("without a sandbox commands are refused with what to do, and files can still be read", async () => {
    bench = await SandboxBench.open({ bubblewrapPath: "/usr/bin/no-bwrap" });
    expect(bench.environments.facts.isolation).toBe("none");
    expect(bench.environments.facts.obstacle).toContain("install bubblewrap");
    const environment = await bench.thread();
    await expect(run(environment, "true")).rejects.toThrow("apt-get install bubblewrap");
    expect(await environment.readFile(`${environment.info.root}/AGENTS.md`, 100)).toBeNull();
  });

  test("a bubblewrap that fails is an obstacle with its own words", async () => {
    bench = await SandboxBench.open({ bubblewrapPath: "/bin/false" });
    expect(bench.environments.facts.obstacle).toContain("the sandbox does not start here");
  });

  test("the operator's leave runs commands directly, with a clean environment, and ends them all", async () => {
    process.env.SKEIN_TEST_SECRET = "leaked";
    bench = await SandboxBench.open({ bubblewrapPath: "/usr/bin/no-bwrap", allowUnsandboxed: true });
    const environment = await bench.thread();
    expect(environment.info).toMatchObject({ isolation: "none", root: environment.workspace.hostPath });
    const { text } = await run(environment, "pwd; id -u; env");
    expect(text).toContain(`${environment.workspace.hostPath}\n${environment.workspace.uid}\n`);
    expect(text).not.toContain("leaked");
    delete process.env.SKEIN_TEST_SECRET;
    const started = await run(environment, "setsid sleep 600 > /dev/null & echo $!");
    const survivor = started.text.trim();
    await eventually(() => isAlive(survivor));
    await environment.close();
    await eventually(() => !isAlive(survivor));
  });
});

/** What has ended but was not waited for has no command line, as what is executing another program. */
function isAlive(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1") !== "";
  } catch {
    return false;
  }
}
