import { type ChildProcess, spawn } from "node:child_process";
import type { DiskLimits, DiskUse } from "../tree/disk-use.ts";
import { measureTree } from "../tree/measure-tree.ts";
import type { CloneStage } from "../tree/tree-task.ts";
import { type CloneWish, deriveCloneArguments, deriveCloneEnvironment } from "./clone-arguments.ts";
import { describeFailure, readStage } from "./read-git-words.ts";

/** The message is for the person who asked. */
export class CloneRefused extends Error {
  override readonly name = "CloneRefused";
}

const measureEveryMs = 500;
/** Of a second, at the most, so that measuring a large tree does not keep Git from its work. */
const measuringShare = 0.1;
const keptLines = 40;
const longestLine = 2000;

/** Clones into a directory that is empty. What a failed clone leaves there is the caller's to remove. Rejects with `CloneRefused`. */
export async function cloneRepository(
  task: CloneWish & { readonly limits: DiskLimits },
  progress: (use: DiskUse & { readonly stage?: CloneStage }) => void,
): Promise<DiskUse> {
  const git = spawn("git", deriveCloneArguments(task), {
    cwd: task.root,
    env: deriveCloneEnvironment(process.env),
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let use: DiskUse = { bytes: 0, files: 0 };
  let stage: CloneStage | null = null;
  let breach: string | null = null;
  const stopMeasuring = measureWhile(task.root, (measured) => {
    use = measured;
    breach ??= describeBreach(use, task.limits);
    if (breach !== null) end(git);
  });
  const lines: string[] = [];
  const exited = waitFor(git);
  try {
    for await (const line of linesOf(git)) {
      stage = readStage(line) ?? stage;
      if (lines.push(line) > keptLines) lines.shift();
      progress(stage === null ? use : { ...use, stage });
    }
    const exitCode = await exited;
    if (breach !== null) throw new CloneRefused(breach);
    if (exitCode !== 0) throw new CloneRefused(describeFailure(lines));
  } finally {
    stopMeasuring();
    end(git);
  }
  const whole = measureTree(task.root);
  const tooMuch = describeBreach(whole, task.limits);
  if (tooMuch !== null) throw new CloneRefused(tooMuch);
  return whole;
}

function describeBreach({ bytes, files }: DiskUse, { maxBytes, maxFiles }: DiskLimits): string | null {
  if (bytes > maxBytes) return `the repository takes more than the ${maxBytes} bytes that there are for it`;
  return files > maxFiles ? `the repository has more than the ${maxFiles} files that a workspace may have` : null;
}

function measureWhile(root: string, measured: (use: DiskUse) => void): () => void {
  let timer: NodeJS.Timeout;
  const measure = () => {
    const began = performance.now();
    measured(measureTree(root));
    timer = setTimeout(measure, Math.max(measureEveryMs, (performance.now() - began) / measuringShare));
  };
  timer = setTimeout(measure, measureEveryMs);
  return () => clearTimeout(timer);
}

/** Rejects when there is no Git here. */
function waitFor(git: ChildProcess): Promise<number | null> {
  const exited = new Promise<number | null>((resolve, reject) => {
    git.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new CloneRefused("the runner has no Git; its operator can install it") : error),
    );
    git.once("close", resolve);
  });
  exited.catch(() => {});
  return exited;
}

/** With all that it has started. */
function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

/** Ended by a line feed or, as progress is, by a carriage return. A line without an end is cut. */
async function* linesOf({ stderr }: ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stderr?.setEncoding("utf8") ?? []) {
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = (lines.pop() ?? "").slice(0, longestLine);
    yield* lines;
  }
  if (rest !== "") yield rest;
}
