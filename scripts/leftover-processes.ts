/**
 * Finds processes that a test run started and did not end. Every process of the run inherits a mark in its environment;
 * sandboxed commands do not, but they die with the runner that holds them. Linux only: elsewhere nothing is found.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const markName = "SKEIN_TEST_RUN_ID";

export interface LeftoverProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Marks everything that this process starts from now on. */
export function markProcesses(runId: string): void {
  process.env[markName] = runId;
}

/** Waits up to `graceMs` for processes that are still ending, kills the rest and tells which they were. */
export async function endLeftovers(runId: string, graceMs: number): Promise<readonly LeftoverProcess[]> {
  const giveUpAt = performance.now() + graceMs;
  let left = markedProcesses(runId);
  while (left.length > 0 && performance.now() < giveUpAt) {
    await delay(100);
    left = markedProcesses(runId);
  }
  for (const { pid } of left) kill(pid);
  return left;
}

function markedProcesses(runId: string): readonly LeftoverProcess[] {
  const mark = `\0${markName}=${runId}\0`;
  return processIds()
    .filter((pid) => pid !== process.pid && `\0${readProcessFile(pid, "environ")}`.includes(mark))
    .map((pid) => ({ pid, commandLine: readProcessFile(pid, "cmdline").replaceAll("\0", " ").trim() }));
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended, is a zombie, or belongs to somebody else. */
function readProcessFile(pid: number, file: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended between the look and the kill.
  }
}
