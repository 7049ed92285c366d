/** Has a whole tree worked on where its commands run, and nowhere else: in the workspace's own sandbox. */
import { randomUUID } from "node:crypto";
import { EnvironmentFailure, type NetworkGate } from "@skein/core/ports";
import type { HostEnvironment, HostProcess } from "../host/runner-host.ts";
import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";
import type { DiskUse } from "./disk-use.ts";
import { readLines } from "./read-lines.ts";
import { type CloneStage, type TreeReport, type TreeTask, treeProgram, treeReport } from "./tree-task.ts";

/** What was asked cannot be done; the message is for the person who asked. */
export class TreeRefused extends Error {
  override readonly name = "TreeRefused";
  /** The errno name where the file system refused. */
  readonly code: string | null;
  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

export interface TreeAsking {
  /** Ends the work; what it has written stays. */
  readonly signal?: AbortSignal;
  /** Within which it is done; measuring changes nothing, and other work may change anything, unless it says so. */
  readonly policy?: SandboxPolicy;
  progress?(use: DiskUse & { readonly stage?: CloneStage | undefined }): void;
  /** Decides about the connections that the work takes; absent: it has none. */
  readonly network?: NetworkGate;
}

/** Above what any report takes; the longest holds a path or two. */
const maxLineLength = 64 * 1024;

/** Gives what the tree takes afterwards. Rejects with `TreeRefused`, or with `EnvironmentFailure` when the sandbox could not. */
export async function askTree(
  environment: Pick<HostEnvironment, "start">,
  task: TreeTask,
  asking: TreeAsking = {},
): Promise<DiskUse> {
  const process = await environment.start({
    processId: randomUUID(),
    argv: [treeProgram, JSON.stringify(task)],
    // The tree's root itself may be closed to its owner.
    ...{ cwd: "/", env: {}, tty: null },
    policy: asking.policy ?? policyOf(task),
    ...(asking.network === undefined ? {} : { network: asking.network }),
  });
  const stop = () => void process.kill().catch(() => {});
  if (asking.signal?.aborted) stop();
  asking.signal?.addEventListener("abort", stop);
  try {
    const last = await readReports(process, asking);
    const { exitCode, signal } = await process.exit;
    if (last?.type === "done") return { bytes: last.bytes, files: last.files };
    if (last?.type === "refused") throw new TreeRefused(last.message, last.code);
    throw new EnvironmentFailure(`work on the workspace's files ended early (${signal ?? `exit code ${exitCode}`})`);
  } catch (error) {
    stop();
    throw error;
  } finally {
    asking.signal?.removeEventListener("abort", stop);
  }
}

function policyOf({ type }: TreeTask): SandboxPolicy {
  return type === "measure" ? { type: "readOnly", networkAccess: false } : { type: "dangerFullAccess" };
}

async function readReports(process: HostProcess, { progress }: TreeAsking): Promise<TreeReport | null> {
  let last: TreeReport | null = null;
  for await (const line of readLines(process, maxLineLength)) {
    const report = parseReport(line);
    if (report === null) continue;
    last = report;
    if (report.type === "progress") progress?.({ bytes: report.bytes, files: report.files, stage: report.stage });
  }
  return last;
}

/** null for what is not ours, such as the sandbox's own remarks. */
function parseReport(line: string): TreeReport | null {
  try {
    return treeReport.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
