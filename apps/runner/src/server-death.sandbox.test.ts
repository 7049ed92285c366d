import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";

const driver = join(import.meta.dirname, "server-driver.ts");

describe.skipIf(!hasBubblewrap)("when the server is killed", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  afterAll(() => bench?.close());

  test("its sandboxes end with all that runs in them", async () => {
    const script = "setsid sleep 876543 & sleep 876544";
    const server = spawn(process.execPath, [driver, bench.bundle.runner, join(bench.directory, "data"), script], {
      stdio: "ignore",
    });
    onTestFinished(() => void server.kill("SIGKILL"));
    await vi.waitUntil(() => sleepers().length === 2, { timeout: 30_000 });
    server.kill("SIGKILL");
    await vi.waitUntil(() => sleepers().length === 0, { timeout: 30_000 });
    expect(server.killed).toBe(true);
  });
});

function sleepers(): string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "latin1").startsWith("sleep\x0087654");
    } catch {
      return false;
    }
  });
}
