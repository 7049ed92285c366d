import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endLeftovers } from "./leftover-processes.ts";
import { runCommand } from "./run-command.ts";

/** A killed process stays a zombie until its parent looks, and the parent of an orphan may never do. */
function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

describe("a command", () => {
  it("passes its exit code on", async () => {
    expect(await runCommand({ argv: ["sh", "-c", "exit 7"] })).toBe(7);
  });

  it("takes what it left in the background with it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "run-"));
    const file = join(directory, "pid");
    expect(await runCommand({ argv: ["sh", "-c", `sleep 600 & echo $! > ${file}`] })).toBe(0);
    const pid = Number(readFileSync(file, "utf8"));
    await expect.poll(() => isRunning(pid)).toBe(false);
    rmSync(directory, { recursive: true });
  });

  it("is named when it does not exist", async () => {
    await expect(runCommand({ argv: ["no-such-program"] })).rejects.toThrow("no-such-program");
  });
});

describe.runIf(process.platform === "linux")("what a run leaves behind", () => {
  it("is found by its mark, told and ended", async () => {
    const runId = randomUUID();
    const env = { ...process.env, SKEIN_TEST_RUN_ID: runId };
    const left = spawn("sleep", ["600"], { env, detached: true, stdio: "ignore" });
    await once(left, "spawn");
    const ended = once(left, "exit");
    expect(await endLeftovers(runId, 0)).toEqual([{ pid: left.pid, commandLine: "sleep 600" }]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(await endLeftovers(runId, 0)).toEqual([]);
  });
});
