/** The environments of this machine, one per thread. */
import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentFailure } from "@skein/core/ports";
import type { InternalHosts } from "../egress/internal-hosts.ts";
import { openProxies } from "../egress/open-proxies.ts";
import { defaultProxyLimits, type ProxyLimits } from "../egress/proxy-limits.ts";
import type { EgressRules } from "../egress/resolve-target.ts";
import { createSystemRules } from "../egress/system-rules.ts";
import { FenceBook } from "../host/fence-book.ts";
import type { HostFacts } from "../host/runner-host.ts";
import { type LimitSettings, readLimitSettings } from "../resources/limit-settings.ts";
import { openResourceGroups } from "../resources/open-groups.ts";
import type { ResourceGroups } from "../resources/resource-groups.ts";
import type { RunnerLimits } from "../rpc/methods.ts";
import type { SandboxLimits } from "../sandbox/bubblewrap-arguments.ts";
import type { SandboxMachine } from "../sandbox/launch.ts";
import { probeSandbox } from "../sandbox/probe.ts";
import { readSystemLayout } from "../sandbox/system-layout.ts";
import { prepareToolchain, type RunnerBundle } from "../sandbox/toolchain.ts";
import { askTree } from "../tree/ask-tree.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import { defaultIdleMs } from "./limits.ts";
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
  /** Of the operator; the defaults when absent. */
  readonly limits?: LimitSettings;
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
  const given = options.limits ?? readLimitSettings({});
  const sandboxLimits = { ...given.sandbox, ...options.sandboxLimits };
  mkdirSync(options.dataDirectory, { recursive: true });
  // Before anything of an earlier runner is cleared away: the directory has one runner at a time.
  const fences = new FenceBook(options.dataDirectory);
  const groups = openResourceGroups(given.groups, nameOfGroups(options.dataDirectory), given.shared);
  const machine: SandboxMachine = {
    bubblewrap: options.bubblewrapPath ?? "/usr/bin/bwrap",
    architecture: process.arch === "arm64" ? "arm64" : "x64",
    system: readSystemLayout(),
    tools: prepareToolchain(options.bundle, switchesUser ? join(options.dataDirectory, "runtime") : null),
    limits: leaveToGroups(sandboxLimits, groups),
    memoryIsCounted: groups.level !== "rlimits",
    switchesUser,
  };
  const obstacle = await probe(machine, options.probeOwner ?? defaultProbeOwner, groups);
  const settings = {
    limits: { ...given.runner, ...options.runnerLimits },
    idleMs: options.idleMs ?? defaultIdleMs,
    groups,
    shown: { ...sandboxLimits, ...given.shared.environment },
    workspaceLimits: given.workspace,
  };
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

async function probe(
  machine: SandboxMachine,
  owner: { readonly uid: number; readonly gid: number },
  groups: ResourceGroups,
): Promise<string | null> {
  const group = groups.open("probe", "probe");
  try {
    return await probeSandbox(machine, owner, (pid) => group.admit(pid));
  } catch (error) {
    if (error instanceof EnvironmentFailure) return error.message;
    throw error;
  } finally {
    group.close();
  }
}

/** A group counts what it refuses, and the limit of the sandbox itself would come before it: that one is only a second line. */
function leaveToGroups(limits: SandboxLimits, { level }: ResourceGroups): SandboxLimits {
  return level === "rlimits" ? limits : { ...limits, processes: limits.processes + secondLine };
}

const secondLine = 100;

/** Two runners of a machine have two directories. */
function nameOfGroups(dataDirectory: string): string {
  return createHash("sha256").update(realpathSync(dataDirectory)).digest("hex").slice(0, 12);
}

export class LocalEnvironments {
  readonly facts: HostFacts;
  readonly #place: RunnerPlace;
  readonly #fences: FenceBook;
  readonly #byThread = new Map<string, LocalEnvironment>();
  readonly #closed: () => void;
  readonly #emptying = new Set<LocalEnvironment>();

  constructor(place: RunnerPlace, obstacle: string | null, fences: FenceBook, closed: () => void = () => {}) {
    const { level, obstacle: why } = place.groups;
    this.facts = { isolation: place.isolation, shell: place.shell, obstacle, limits: { level, obstacle: why } };
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
    this.#place.groups.close();
    this.#fences.close();
    this.#closed();
  }
}
