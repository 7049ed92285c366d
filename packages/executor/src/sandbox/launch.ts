import { closeSync, openSync } from "node:fs";
import { EnvironmentFailure } from "@skein/core/ports";
import { proxySocketPath } from "../egress/proxy-environment.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";
import { componentsBelow } from "../workspace/workspace.ts";
import {
  type BubblewrapPlan,
  deriveBubblewrapArguments,
  type SandboxLimits,
  sandboxHome,
  type WorkspaceMount,
} from "./bubblewrap-arguments.ts";
import { hasRedirectedRepository, openProtectedPaths } from "./protected-paths.ts";
import type { SandboxIntent } from "./sandbox-intent.ts";
import { buildSeccompFilter } from "./seccomp-filter.ts";
import { firstInherited, type Inherited, type SealedChild, spawnSealed } from "./spawn-sealed.ts";
import type { SystemLayout } from "./system-layout.ts";
import { runnerCommand, type Tool } from "./toolchain.ts";
import { openPathOnly, walkOpen } from "./walk-open.ts";

/** What all sandboxes of this machine have in common. */
export interface SandboxMachine {
  readonly bubblewrap: string;
  readonly architecture: "x64" | "arm64";
  readonly system: SystemLayout;
  readonly tools: readonly Tool[];
  readonly limits: SandboxLimits;
  /** See `buildSeccompFilter`. */
  readonly memoryIsCounted: boolean;
  /** A server that is root starts each sandbox as its workspace's uid; any other can only be itself. */
  readonly switchesUser: boolean;
}

/** What one start is given beside its policy. */
export interface SandboxStart {
  /** Of its way out, a path of the host's; null: it has none. */
  readonly proxySocket: string | null;
  /** Takes the process into its limits before it has done anything. */
  admit(pid: number): void;
}

/** Of the sandbox's first processes. What a command sees is `deriveCommandEnvironment`. */
const initEnvironment = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: sandboxHome, LANG: "C.UTF-8" };

/** Written for the sandbox, so that the host's users and names stay unknown. */
const accountFiles: readonly { readonly path: string; readonly text: string }[] = [
  {
    path: "/etc/passwd",
    text: `agent:x:1000:1000:agent:${sandboxHome}:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n`,
  },
  { path: "/etc/group", text: "agent:x:1000:\nnogroup:x:65534:\n" },
  { path: "/etc/hosts", text: "127.0.0.1 localhost skein\n::1 localhost\n" },
];

/**
 * Starts bubblewrap with a runner in it. Throws
 * `EnvironmentFailure` when the workspace is not what it was.
 */
export function launchSandbox(
  machine: SandboxMachine,
  workspace: WorkspaceDirectory,
  intent: SandboxIntent,
  { proxySocket, admit }: SandboxStart,
): SealedChild {
  if (proxySocket === null) return launchWith(machine, workspace, intent, null, admit);
  const descriptor = openSync(proxySocket, openPathOnly);
  try {
    return launchWith(machine, workspace, intent, { descriptor, path: proxySocketPath }, admit);
  } finally {
    closeSync(descriptor);
  }
}

function launchWith(
  machine: SandboxMachine,
  workspace: WorkspaceDirectory,
  intent: SandboxIntent,
  proxySocket: BubblewrapPlan["proxySocket"],
  admit: (pid: number) => void,
): SealedChild {
  const mount = openWorkspace(workspace, intent.workspaceAccess);
  try {
    const settings = intent.protectsSettings ? openProtectedPaths(mount) : { overlays: [], emptyDirectories: [] };
    try {
      const isRedirected = hasRedirectedRepository(mount);
      const plan = { ...settings, ...intent, workspace: mount, isRedirected, proxySocket, command: runnerCommand };
      return spawnBubblewrap(machine, plan, workspace, admit);
    } finally {
      for (const { descriptor } of settings.overlays) closeSync(descriptor);
    }
  } finally {
    closeSync(mount.descriptor);
  }
}

/** A sandbox of the same kind without a workspace that runs one short command. */
export function launchProbe(
  machine: SandboxMachine,
  owner: { readonly uid: number; readonly gid: number },
  admit: (pid: number) => void,
): SealedChild {
  const plan = {
    ...{ workspace: null, overlays: [], emptyDirectories: [], isRedirected: false, proxySocket: null },
    temporaryDirectory: "writable",
  } as const;
  return spawnBubblewrap(machine, { ...plan, command: [...runnerCommand.slice(0, 1), "--version"] }, owner, admit);
}

type VariablePlan = Pick<
  BubblewrapPlan,
  "workspace" | "overlays" | "proxySocket" | "temporaryDirectory" | "command"
> & { readonly isRedirected: boolean; readonly emptyDirectories: readonly string[] };

/** Leads a repository that was led elsewhere back to itself. */
function coverRedirection({ workspace, isRedirected }: VariablePlan): { contents: Buffer; path: string }[] {
  if (workspace === null || !isRedirected) return [];
  return [{ contents: Buffer.from(".\n"), path: `${workspace.path}/.git/commondir` }];
}

/**
 * Descriptors are renumbered to where the child finds them. bubblewrap reads its options from one of them, so that it does nothing
 * before `admit`, and its command line on the host tells nobody which workspace it is for.
 */
function spawnBubblewrap(
  machine: SandboxMachine,
  variable: VariablePlan,
  owner: { readonly uid: number; readonly gid: number },
  admit: (pid: number) => void,
): SealedChild {
  const inherited: Inherited[] = [];
  const inherit = (entry: Inherited) => firstInherited + inherited.push(entry) - 1;
  const inheritMount = (mount: WorkspaceMount) => ({ ...mount, descriptor: inherit(mount) });
  const plan: BubblewrapPlan = {
    ...machine,
    ...variable,
    seccompDescriptor: inherit({ contents: buildSeccompFilter(machine.architecture, machine) }),
    files: accountFiles.map(({ path, text }) => ({ path, descriptor: inherit({ contents: Buffer.from(text) }) })),
    workspace: variable.workspace && inheritMount(variable.workspace),
    overlays: variable.overlays.map(inheritMount),
    emptyDirectories: variable.emptyDirectories.map((path) => ({
      path,
      // Outside of .git, where it would be one that Git finds empty and takes away.
      ignoreDescriptor: path.includes("/.git/") ? null : inherit({ contents: Buffer.from("*\n") }),
    })),
    coverings: coverRedirection(variable).map(({ contents, path }) => ({ path, descriptor: inherit({ contents }) })),
    proxySocket: variable.proxySocket && { ...variable.proxySocket, descriptor: inherit(variable.proxySocket) },
    environment: initEnvironment,
  };
  const { options, command } = deriveBubblewrapArguments(plan);
  const optionsDescriptor = inherit({ contents: Buffer.from(`${options.join("\0")}\0`) });
  return spawnSealed({
    file: machine.bubblewrap,
    args: ["--args", String(optionsDescriptor), "--", ...command],
    environment: {},
    owner: machine.switchesUser ? owner : null,
    inherited,
    admit,
  });
}

function openWorkspace(workspace: WorkspaceDirectory, access: WorkspaceMount["access"]): WorkspaceMount {
  const walk = walkOpen("/", componentsBelow("/", workspace.hostPath) ?? []);
  if (walk.type === "opened" && walk.stats.isDirectory()) {
    return { descriptor: walk.descriptor, path: workspace.sandboxPath, access };
  }
  if (walk.type === "opened") closeSync(walk.descriptor);
  throw new EnvironmentFailure(`the workspace ${workspace.sandboxPath} is gone or has become something else`);
}
