/** The environments of this machine, one per thread. */
import { join } from "node:path";
import { EnvironmentFailure, type Isolation } from "@skein/core/ports";
import type { RunnerLimits } from "../rpc/methods.ts";
import type { SandboxLimits } from "../sandbox/bubblewrap-arguments.ts";
import type { SandboxMachine } from "../sandbox/launch.ts";
import { probeSandbox } from "../sandbox/probe.ts";
import { readSystemLayout } from "../sandbox/system-layout.ts";
import { prepareToolchain, type RunnerBundle } from "../sandbox/toolchain.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import { defaultIdleMs, defaultRunnerLimits, defaultSandboxLimits } from "./limits.ts";
import { LocalEnvironment } from "./local-environment.ts";
import { directPlace, type RunnerPlace, refusingPlace, sandboxedPlace } from "./runner-place.ts";

export interface LocalEnvironmentsOptions {
  /** Below it, as root, a copy of the runner's parts is kept when tenants cannot read the project itself. */
  readonly dataDirectory: string;
  readonly bundle: RunnerBundle;
  /** The operator of a single-user server lets commands run without a sandbox where there cannot be one. */
  readonly allowUnsandboxed: boolean;
  readonly bubblewrapPath?: string;
  /** As root: the uid with which the probe starts, one of the tenants' range. */
  readonly probeOwner?: { readonly uid: number; readonly gid: number };
  readonly runnerLimits?: Partial<RunnerLimits>;
  readonly sandboxLimits?: Partial<SandboxLimits>;
  /** An empty sandbox ends after this long. */
  readonly idleMs?: number;
}

/** `nobody` on every Linux. */
const defaultProbeOwner = { uid: 65534, gid: 65534 };

/** Probes the machine once. Rejects only when a part of the bundle is missing. */
export async function createLocalEnvironments(options: LocalEnvironmentsOptions): Promise<LocalEnvironments> {
  const switchesUser = process.getuid?.() === 0;
  const machine: SandboxMachine = {
    bubblewrap: options.bubblewrapPath ?? "/usr/bin/bwrap",
    architecture: process.arch === "arm64" ? "arm64" : "x64",
    system: readSystemLayout(),
    tools: prepareToolchain(options.bundle, switchesUser ? join(options.dataDirectory, "runtime") : null),
    limits: { ...defaultSandboxLimits, ...options.sandboxLimits },
    switchesUser,
  };
  const obstacle = await probeSandbox(machine, options.probeOwner ?? defaultProbeOwner);
  const settings = {
    limits: { ...defaultRunnerLimits, ...options.runnerLimits },
    idleMs: options.idleMs ?? defaultIdleMs,
  };
  if (obstacle === null) return new LocalEnvironments(sandboxedPlace(machine, settings), null);
  const place = options.allowUnsandboxed
    ? directPlace(options.bundle, switchesUser, settings)
    : refusingPlace(obstacle, settings);
  return new LocalEnvironments(place, obstacle);
}

export class LocalEnvironments {
  /** The level in force. "none" without the operator's leave means that commands are refused. */
  readonly isolation: Isolation;
  /** What keeps this machine from sandboxing, and what to do about it; null when nothing does. */
  readonly obstacle: string | null;
  readonly #place: RunnerPlace;
  readonly #byThread = new Map<string, LocalEnvironment>();

  constructor(place: RunnerPlace, obstacle: string | null) {
    this.isolation = place.isolation;
    this.obstacle = obstacle;
    this.#place = place;
  }

  /**
   * Starts no process. The same thread, workspace and fence give the same environment; another workspace or a higher
   * fence ends the earlier one first. Rejects with `EnvironmentFailure` for a lower fence.
   */
  async open(workspace: WorkspaceDirectory, threadId: string, fence: number): Promise<LocalEnvironment> {
    const earlier = this.#byThread.get(threadId);
    if (earlier !== undefined) {
      if (fence < earlier.fence) throw new EnvironmentFailure("the thread has a later owner");
      if (fence === earlier.fence && workspace.hostPath === earlier.workspace.hostPath) return earlier;
    }
    const environment = new LocalEnvironment(this.#place, workspace, fence);
    this.#byThread.set(threadId, environment);
    await earlier?.close("another owner of the thread took over");
    return environment;
  }

  /** Postpones the end that a thread's sandboxes come to by themselves once this has been called. */
  renewLease(threadId: string, validForMs: number): void {
    this.#byThread.get(threadId)?.renewLease(validForMs);
  }

  /** Resolves when nothing of the thread runs any more. */
  async close(threadId: string): Promise<void> {
    const environment = this.#byThread.get(threadId);
    this.#byThread.delete(threadId);
    await environment?.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#byThread.keys()].map((threadId) => this.close(threadId)));
  }
}
