/** Where workspaces live and their commands run: this machine, or another one behind a socket. One port, two drivers. */
import type { CommandSpec, Environment, EnvironmentInfo, Isolation, RunningProcess } from "@skein/core/ports";
import type { ResourceLevel } from "../resources/resource-groups.ts";
import type { DirectoryEntry, FileMetadata, OutputStream } from "../rpc/methods.ts";
import type { SandboxPolicy } from "../sandbox/sandbox-policy.ts";
import type { WorkspaceDirectory } from "../workspace/workspace.ts";

export interface TenantPlace {
  readonly id: string;
  /** Counts tenants from 0 and never changes for one; where the runner is root, its uid comes of it. */
  readonly index: number;
}

export type WorkspacePaths = Pick<WorkspaceDirectory, "hostPath" | "sandboxPath">;

/** A workspace as its row names it; where that is on the machine is the runner's to find out, and to check, each time. */
export type WorkspaceRef = { readonly tenant: TenantPlace; readonly id: string } & (
  | { readonly kind: "created"; readonly name: string }
  | { readonly kind: "opened"; readonly path: string }
);

export interface EnvironmentOpening {
  readonly workspace: WorkspaceRef;
  readonly threadId: string;
  readonly fence: number;
  /** What is started ends by itself unless `renewLease` is called within this time. */
  readonly leaseMs: number;
}

/** The runner is away, or is back. */
export interface RunnerNotice {
  readonly runner: { readonly name: string; readonly state: "away" | "back" };
  /** A sentence that says so. */
  readonly message: string;
}

/** How a turn waits for a runner that is not there. */
export interface Waiting {
  /** What was last known of the environment: with it a turn can begin; null: nothing. */
  readonly known: EnvironmentInfo | null;
  /** Aborted when nobody wants to wait any more. */
  readonly signal: AbortSignal;
  /** For the person who watches. */
  notice(notice: RunnerNotice): void;
}

export interface OutputChunk {
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
}

export interface HostProcess extends RunningProcess {
  /** As `output`, and of which stream each chunk is. One of the two is read. */
  readonly chunks: AsyncIterable<OutputChunk>;
  /** What was written before is read first. No error after the end. */
  closeStdin(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
}

/** What a runner gives a thread: more than the agent needs. */
export interface HostEnvironment extends Environment {
  start(spec: CommandSpec): Promise<HostProcess>;
  /** `parents`: directories above it are made, which is so when absent. */
  writeFile(path: string, bytes: Uint8Array, policy: SandboxPolicy, parents?: boolean): Promise<void>;
  /** `recursive`: parents are made too, and one that is there is no error. Rejects with `FileFailure`. */
  makeDirectory(path: string, policy: SandboxPolicy, recursive: boolean): Promise<void>;
  /** Rejects with `FileFailure`, also for what is not there. */
  metadata(path: string): Promise<FileMetadata>;
  /** By name; each of the kind of what it leads to, and links that lead nowhere left out. Rejects with `FileFailure`. */
  listDirectory(
    path: string,
    maxEntries: number,
  ): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly truncated: boolean }>;
  /** Files below `path`, relative to it, `.git` left out. */
  walkDirectory(
    path: string,
    maxEntries: number,
  ): Promise<{ readonly files: readonly string[]; readonly truncated: boolean }>;
}

/** What a runner says of its machine. */
export interface HostFacts {
  /** "none" without the operator's leave means that commands are refused. */
  readonly isolation: Isolation;
  readonly shell: string;
  /** What keeps the machine from sandboxing, and what to do about it; null when nothing does. */
  readonly obstacle: string | null;
  /** How commands are held to what they may take in sum, and why not better; null for control groups. */
  readonly limits: { readonly level: ResourceLevel; readonly obstacle: string | null };
}

export interface RunnerHost {
  /** Recorded in the rows of its workspaces. */
  readonly name: string;
  /** null: it cannot be reached, for the reason that `absence` gives. */
  readonly facts: HostFacts | null;
  readonly absence: string | null;
  /** Called each time that it can be reached again. */
  whenReached(listener: () => void): void;
  /** Gives an existing directory of that name back. Rejects with `WorkspaceRefused`, or `RunnerAbsent`. */
  createDirectory(tenant: TenantPlace, name: string): Promise<WorkspacePaths>;
  /** `within`: the only directory in which it may lie; null: where the runner's operator allows it. Rejects as above. */
  openDirectory(tenant: TenantPlace, path: string, within: string | null): Promise<WorkspacePaths>;
  /**
   * A workspace that Skein made: it is gone when this resolves, with all that ran in it, and its files are removed behind that. One that
   * is not there is no error. Rejects with `RunnerAbsent`.
   */
  removeDirectory(tenant: TenantPlace, name: string): Promise<void>;
  /**
   * Starts no process. A higher fence ends what an earlier owner left; a lower one than the runner has seen is refused.
   * A runner that is not there is waited for by the environment's first use; rejects with `RunnerAbsent` when nothing is
   * known of it yet.
   */
  openEnvironment(opening: EnvironmentOpening, waiting: Waiting): Promise<HostEnvironment>;
  renewLease(threadId: string, fence: number, validForMs: number): void;
  /** Resolves when nothing of the thread runs under this fence or an earlier one, or when the runner cannot be told. */
  closeEnvironment(threadId: string, fence: number): Promise<void>;
  close(): Promise<void>;
}

/** The runner cannot be reached now. */
export class RunnerAbsent extends Error {
  override readonly name = "RunnerAbsent";
  readonly runner: string;

  constructor(runner: string, why: string) {
    super(`the runner ${runner} is away (${why})`);
    this.runner = runner;
  }
}
