import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname } from "node:path";
import { EnvironmentFailure, type Isolation } from "@skein/core/ports";
import type { EgressProxy } from "../egress/egress-proxy.ts";
import type { WorkspaceLimits } from "../resources/limits.ts";
import type { ShownLimits } from "../resources/present-limit.ts";
import type { ResourceGroups } from "../resources/resource-groups.ts";
import type { RunnerLimits } from "../rpc/methods.ts";
import { runtimeDirectory, sandboxHome } from "../sandbox/bubblewrap-arguments.ts";
import { launchSandbox, type SandboxMachine, type SandboxStart } from "../sandbox/launch.ts";
import { launchDirectly } from "../sandbox/launch-direct.ts";
import type { SandboxIntent } from "../sandbox/sandbox-intent.ts";
import type { SealedChild } from "../sandbox/spawn-sealed.ts";
import { type RunnerBundle, toolDirectory, treeCommand } from "../sandbox/toolchain.ts";
import { findAccount, readAccounts } from "../workspace/account.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";

/** How this machine starts runners, and what commands find there. */
export interface RunnerPlace {
  readonly isolation: Isolation;
  readonly shell: string;
  readonly searchPath: string;
  /** What `treeProgram` stands for. */
  readonly treeCommand: readonly string[];
  readonly limits: RunnerLimits;
  readonly idleMs: number;
  /** Where the runner keeps its pipes; null: it makes a directory of its own. */
  readonly runtimeDirectory: string | null;
  account(workspace: WorkspaceDirectory): { readonly user: string; readonly home: string };
  /** The way out for one sandbox; null: there is none, or commands need none because nothing keeps them in. */
  readonly openProxy: ((owner: WorkspaceDirectory) => EgressProxy) | null;
  readonly groups: ResourceGroups;
  /** Of what one process may take, for the words about it. */
  readonly shown: ShownLimits;
  readonly workspaceLimits: WorkspaceLimits;
  /** Throws `EnvironmentFailure`. */
  launch(workspace: WorkspaceDirectory, intent: SandboxIntent, start: SandboxStart): SealedChild;
}

type PlaceSettings = Pick<RunnerPlace, "limits" | "idleMs" | "groups" | "shown" | "workspaceLimits">;

const systemPath = "/usr/local/bin:/usr/bin:/bin";

export function sandboxedPlace(
  machine: SandboxMachine,
  settings: PlaceSettings,
  openProxy: (owner: WorkspaceDirectory) => EgressProxy,
): RunnerPlace {
  return {
    ...settings,
    openProxy,
    isolation: "bubblewrap",
    shell: findShell(),
    searchPath: `${systemPath}:${toolDirectory}`,
    treeCommand,
    runtimeDirectory,
    account: () => ({ user: "agent", home: sandboxHome }),
    launch: (workspace, intent, start) => launchSandbox(machine, workspace, intent, start),
  };
}

/** Commands run as the server's user, or as the workspace's owner where the server is root. */
export function directPlace(bundle: RunnerBundle, switchesUser: boolean, settings: PlaceSettings): RunnerPlace {
  const account = (workspace: WorkspaceDirectory) => {
    const found = findAccount(readAccounts(), switchesUser ? workspace.uid : (process.getuid?.() ?? -1));
    return { user: found?.name ?? "agent", home: found?.home ?? (switchesUser ? "/nonexistent" : homedir()) };
  };
  const programs = [...new Set([bundle.node, ...bundle.programs.map(({ file }) => file)].map((file) => dirname(file)))];
  return {
    ...settings,
    openProxy: null,
    isolation: "none",
    shell: findShell(),
    searchPath: [systemPath, ...programs].join(":"),
    treeCommand: [bundle.node, bundle.tree],
    runtimeDirectory: null,
    account,
    launch: (workspace, _, { admit }) => {
      const options = { switchesUser, home: account(workspace).home, runnerId: randomUUID() };
      return launchDirectly(bundle, workspace, options, admit);
    },
  };
}

export function refusingPlace(obstacle: string, settings: PlaceSettings): RunnerPlace {
  return {
    ...settings,
    openProxy: null,
    isolation: "none",
    shell: findShell(),
    searchPath: systemPath,
    treeCommand: [],
    runtimeDirectory: null,
    account: () => ({ user: "agent", home: "/nonexistent" }),
    launch() {
      throw new EnvironmentFailure(`commands are refused on this server: ${obstacle}`);
    },
  };
}

function findShell(): string {
  return existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";
}
