/** Limits on a machine without control groups: what is left is each process's own, and a look from outside. */
import { readLimitSettings } from "@skein/executor/resources/limit-settings";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { run } from "./sandbox-command.ts";

const limits = readLimitSettings({
  ...{ SKEIN_CGROUPS: "off", SKEIN_LIMIT_PROCESSES: "150", SKEIN_LIMIT_MEMORY_MB: "500" },
  SKEIN_LIMIT_WORKSPACE_MB: "64",
});
const perl = (program: string): readonly string[] => ["perl", "-e", program];

describe.skipIf(!hasBubblewrap)("without control groups", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open({ limits });
  });
  afterAll(() => bench?.close());

  test("says at which level limits are kept, and why no better", () => {
    expect(bench.environments.facts.limits).toEqual({ level: "rlimits", obstacle: "SKEIN_CGROUPS is off" });
  });

  test.each([
    ["processes without end", perl("fork while 1"), /went on starting processes at their limit of 150/],
    [
      "memory of several processes",
      perl('for (1..6) { fork or last } $x = "a" x 1.2e8; sleep 600'),
      /took more memory than their limit of 500 MiB together/,
    ],
    [
      "a workspace that grows",
      perl('$x = "a" x 8e6; for (1..1000) { open F, ">", "f$_"; print F $x; close F } sleep 600'),
      /the workspace grew to .* above its limit of 64 MiB/,
    ],
  ])("%s end all commands of the thread, and it goes on", async (_name, command, expected) => {
    const environment = await bench.thread();
    await expect(run(environment, command)).rejects.toThrow(expected);
    expect((await run(environment, "echo after")).text).toBe("after\n");
  });

  test.skipIf(process.arch !== "x64")("there is no memory that nobody would see", async () => {
    const environment = await bench.thread();
    const memory = perl('$n = "m"; syscall(319, $n, 0) < 0 ? print "$!\\n" : print "made\\n"');
    expect((await run(environment, memory)).text).toBe("Function not implemented\n");
    const segment = (bytes: number) => perl(`print defined shmget(0, ${bytes}, 0600) ? "made\\n" : "$!\\n"`);
    expect((await run(environment, segment(1e6))).text).toBe("Cannot allocate memory\n");
    expect((await run(environment, segment(1000))).text).toBe("made\n");
  });
});
