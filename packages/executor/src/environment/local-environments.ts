/** The environments of this machine, one per thread. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentFailure } from "@skein/core/ports";
import type { InternalHosts } from "../egress/internal-hosts.ts";
import { openProxies } from "../egress/open-proxies.ts";
import { defaultProxyLimits, type ProxyLimits } from "../egress/proxy-limits.ts";
import type { EgressRules } from "../egress/resolve-target.ts";
import { createSystemRules } from "../egress/system-rules.ts";
import { FenceBook } from "../host/fence-book.ts";
import type { HostFacts } from "../host/runner-host.ts";
import type { RunnerLimits } from "../rpc/methods.ts";
import type { SandboxLimits } from "../sandbox/bubblewrap-arguments.ts";
import type { SandboxMachine } from "../sandbox/launch.ts";
import { probeSandbox } from "../sandbox/probe.ts";
import { readSystemLayout } from "../sandbox/system-layout.ts";
import { prepareToolchain, type RunnerBundle } from "../sandbox/toolchain.ts";
import { askTree } from "../tree/ask-tree.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import { defaultIdleMs, defaultRunnerLimits, defaultSandboxLimits } from "./limits.ts";
import { LocalEnvironment } from "./local-environment.ts";
import { directPlace, type RunnerPlace, refusingPlace, sandboxedPlace } from "./runner-place.ts";

export interface LocalEnvironmentsOptions {
  /**
   * Holds the fences that were seen and, as root, a copy of the runner's parts when tenants cannot read the project
   * itself. Made when it is not there.
   */
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
  /** What the operator lets commands reach beside the public internet. */
  readonly internalHosts?: InternalHosts;
  /** In place of this machine's name servers. */
  readonly egressRules?: EgressRules;
  readonly proxyLimits?: Partial<ProxyLimits>;
}

/** `nobody` on every Linux. */
const defaultProbeOwner = { uid: 65534, gid: 65534 };

/** Probes the machine once. Rejects only when a part of the bundle is missing. */
export async function createLocalEnvironments(options: LocalEnvironmentsOptions): Promise<LocalEnvironments> {
  const switchesUser = process.getuid?.() === 0;
  mkdirSync(options.dataDirectory, { recursive: true });
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
  const fences = new FenceBook(options.dataDirectory);
  if (obstacle === null) {
    const proxies = openProxies(options.dataDirectory, {
      rules: options.egressRules ?? createSystemRules(options.internalHosts ?? []),
      limits: { ...defaultProxyLimits, ...options.proxyLimits },
      switchesUser,
    });
    return new LocalEnvironments(sandboxedPlace(machine, settings, proxies.open), null, fences, proxies.close);
  }
  const place = options.allowUnsandboxed
    ? directPlace(options.bundle, switchesUser, settings)
    : refusingPlace(obstacle, settings);
  return new LocalEnvironments(place, obstacle, fences);
}

export class LocalEnvironments {
  readonly facts: HostFacts;
  readonly #place: RunnerPlace;
  readonly #fences: FenceBook;
  readonly #byThread = new Map<string, LocalEnvironment>();
  readonly #closed: () => void;
  readonly #emptying = new Set<LocalEnvironment>();

  constructor(place: RunnerPlace, obstacle: string | null, fences: FenceBook, closed: () => void = () => {}) {
    this.facts = { isolation: place.isolation, shell: place.shell, obstacle };
    this.#place = place;
    this.#fences = fences;
    this.#closed = closed;
  }

  /**
   * Starts no process. The same thread, workspace and fence give the same environment; another workspace or a higher
   * fence ends the earlier one first. Rejects with `EnvironmentFailure` for a fence lower than any that was seen.
   */
  async open(workspace: WorkspaceDirectory, threadId: string, fence: number): Promise<LocalEnvironment> {
    if (!this.#fences.admit(threadId, fence)) throw new EnvironmentFailure("the thread has a later owner");
    const earlier = this.#byThread.get(threadId);
    if (earlier?.fence === fence && workspace.hostPath === earlier.workspace.hostPath) return earlier;
    const environment = new LocalEnvironment(this.#place, workspace, fence);
    this.#byThread.set(threadId, environment);
    await earlier?.close("another owner of the thread took over");
    return environment;
  }

  /** The thread's environment as this owner opened it. */
  find(threadId: string, fence: number): LocalEnvironment | null {
    const environment = this.#byThread.get(threadId);
    return environment?.fence === fence ? environment : null;
  }

  /** Postpones the end that a thread's sandboxes come to by themselves once this has been called. */
  renewLease(threadId: string, fence: number, validForMs: number): void {
    this.find(threadId, fence)?.renewLease(validForMs);
  }

  /** Resolves when nothing of the thread runs under this fence or an earlier one. */
  async close(threadId: string, fence: number): Promise<void> {
    const environment = this.#byThread.get(threadId);
    if (environment === undefined || environment.fence > fence) return;
    this.#byThread.delete(threadId);
    await environment.close();
  }

  /** Ends what runs in a directory, whichever threads it is for. */
  async closeIn(hostPath: string): Promise<void> {
    const inside = [...this.#byThread].filter(([, { workspace }]) => workspace.hostPath === hostPath);
    for (const [threadId] of inside) this.#byThread.delete(threadId);
    await Promise.all(inside.map(([, environment]) => environment.close("the workspace was deleted")));
  }

  /** Removes all that is in a directory, as its owner and in a sandbox that holds nothing else. */
  async empty(directory: WorkspaceDirectory): Promise<void> {
    const environment = new LocalEnvironment(this.#place, directory, 0);
    this.#emptying.add(environment);
    try {
      await askTree(environment, { type: "empty", root: environment.info.root });
    } finally {
      this.#emptying.delete(environment);
      await environment.close();
    }
  }

  /** Of no use afterwards. */
  async closeAll(): Promise<void> {
    const open = [...this.#byThread.values(), ...this.#emptying];
    this.#byThread.clear();
    await Promise.all(open.map((environment) => environment.close()));
    this.#fences.close();
    this.#closed();
  }
}
