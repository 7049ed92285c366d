import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createLocalEnvironments } from "@skein/executor/environment/local-environments";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";
import { run } from "./sandbox-command.ts";

describe.skipIf(!hasBubblewrap || process.getuid?.() !== 0)("a project that only root can enter", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  afterAll(() => bench?.close());

  test("is copied to where tenants can reach it, once", async () => {
    const closed = join(bench.directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const runner = join(closed, "runner.js");
    copyFileSync(bench.bundle.runner, runner);
    chmodSync(runner, 0o644);
    const dataDirectory = join(bench.directory, "data");
    const options = { dataDirectory, bundle: { ...bench.bundle, runner }, allowUnsandboxed: false };
    expect(existsSync(join(dataDirectory, "runtime"))).toBe(false);
    for (const thread of ["a", "b"]) {
      const environments = await createLocalEnvironments(options);
      expect(environments.facts.obstacle).toBeNull();
      const environment = await environments.open(bench.workspace(), thread, 1);
      const tty = { columns: 80, rows: 24 };
      expect((await run(environment, "echo works; rg --version | head -c 7", { tty })).text).toBe("works\r\nripgrep");
      await environments.closeAll();
    }
    expect(readdirSync(join(dataDirectory, "runtime"))).toHaveLength(1);
  });
});
