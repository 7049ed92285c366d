import type { SystemLayout } from "./system-layout.ts";

export interface WorkspaceMount {
  /** Of the directory on the host, opened without following a link. */
  readonly descriptor: number;
  /** As commands see it. */
  readonly path: string;
  readonly access: "readOnly" | "readWrite";
}

export interface EmptyDirectory {
  readonly path: string;
  /** Of a file with which Git passes it over; null: it does so anyway. */
  readonly ignoreDescriptor: number | null;
}

export interface BubblewrapPlan {
  readonly system: SystemLayout;
  /** Files and directories of the host mounted read-only elsewhere: what the runner needs. */
  readonly tools: readonly { readonly source: string; readonly path: string }[];
  /** Files made of what a descriptor gives until its end. */
  readonly files: readonly { readonly descriptor: number; readonly path: string }[];
  readonly seccompDescriptor: number;
  /** null for a sandbox without a workspace, as the probe's. */
  readonly workspace: WorkspaceMount | null;
  /** Mounted over the workspace, in this order: parents first. */
  readonly overlays: readonly WorkspaceMount[];
  /** Directories that are missing in the workspace, made empty and unwritable. */
  readonly emptyDirectories: readonly EmptyDirectory[];
  /** Mounted over files that are there in the workspace: what a descriptor gives until its end. */
  readonly coverings: readonly { readonly descriptor: number; readonly path: string }[];
  /** The sandbox's way out; null: it has none. */
  readonly proxySocket: { readonly descriptor: number; readonly path: string } | null;
  readonly temporaryDirectory: "writable" | "readOnly";
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  readonly command: readonly string[];
}

/** Of the sandbox as a whole, except where it says "each". */
export interface SandboxLimits {
  readonly processes: number;
  /** Of a process's heap, each. Shared memory and memfd are not counted by it. */
  readonly memoryBytes: number;
  /** Of a file, each. */
  readonly fileBytes: number;
  /** Of a process, each. */
  readonly openFiles: number;
  readonly temporaryBytes: number;
  readonly homeBytes: number;
}

export const sandboxHome = "/home/agent";
/** The runner's own pipes. */
export const runtimeDirectory = "/run/skein";

const mebibyte = 1024 * 1024;

/** `$@` runs as a child of the shell, so that a signal's default action works on it, which it does not on process 1. */
const initScript = '"$@"; exit $?';

/**
 * The command line of bubblewrap 0.8 for one sandbox. It must be started with an empty environment (its own process is
 * readable inside as /proc/1 until it has executed the command), not as host root, and from the main thread
 * (`--die-with-parent` means the thread).
 */
export function deriveBubblewrapArguments(plan: BubblewrapPlan): {
  readonly options: readonly string[];
  /** What it executes. */
  readonly command: readonly string[];
} {
  return {
    options: [
      ...deriveNamespaces(),
      ...deriveEnvironment(plan.environment),
      ...deriveSystem(plan),
      ...deriveScratch(plan),
      ...deriveWorkspace(plan),
      ...["--remount-ro", "/", "--chdir", "/", "--cap-drop", "ALL", "--disable-userns"],
      ...["--seccomp", String(plan.seccompDescriptor)],
    ],
    command: [...deriveLimits(plan.limits), "/bin/sh", "-c", initScript, "sh", ...plan.command],
  };
}

/**
 * `--as-pid-1`: without it bubblewrap's own reaper stays at process 1, outside the filter. `--new-session`: no way back to
 * the server's terminal; commands that want a terminal get one of their own.
 */
function deriveNamespaces(): string[] {
  return [
    ...["--unshare-user", "--uid", "1000", "--gid", "1000"],
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--unshare-net"],
    ...["--as-pid-1", "--die-with-parent", "--new-session", "--hostname", "skein"],
  ];
}

function deriveEnvironment(environment: Readonly<Record<string, string>>): string[] {
  return ["--clearenv", ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value])];
}

function deriveSystem({ system, tools, files }: BubblewrapPlan): string[] {
  return [
    ...["--size", String(16 * mebibyte), "--tmpfs", "/"],
    ...system.directories.flatMap((path) => ["--ro-bind", path, path]),
    ...system.links.flatMap(({ path, target }) => ["--symlink", target, path]),
    ...files.flatMap(({ descriptor, path }) => ["--perms", "0444", "--file", String(descriptor), path]),
    ...tools.flatMap(({ source, path }) => ["--ro-bind", source, path]),
    // bubblewrap itself covers only a part of /proc read-only; /proc/sys/kernel/core_pattern is a way to host root.
    ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
    ...["--dev", "/dev", "--size", String(64 * mebibyte), "--perms", "1777", "--tmpfs", "/dev/shm"],
    ...["--remount-ro", "/dev"],
  ];
}

/** Every tmpfs is memory of the host, so that each has a size. */
function deriveScratch({ temporaryDirectory, limits, proxySocket }: BubblewrapPlan): string[] {
  return [
    ...["--size", String(limits.temporaryBytes), "--perms", "1777", "--tmpfs", "/tmp"],
    ...(temporaryDirectory === "readOnly" ? ["--remount-ro", "/tmp"] : []),
    ...["--size", String(limits.homeBytes), "--perms", "0700", "--tmpfs", sandboxHome],
    ...["--size", String(mebibyte), "--perms", "0700", "--tmpfs", runtimeDirectory],
    ...(proxySocket === null ? [] : ["--bind-fd", String(proxySocket.descriptor), proxySocket.path]),
  ];
}

function deriveWorkspace({ workspace, overlays, emptyDirectories, coverings }: BubblewrapPlan): string[] {
  if (workspace === null) return [];
  return [
    ...[workspace, ...overlays].flatMap(({ descriptor, path, access }) => [
      access === "readOnly" ? "--ro-bind-fd" : "--bind-fd",
      String(descriptor),
      path,
    ]),
    ...emptyDirectories.flatMap(({ path, ignoreDescriptor: ignore }) => [
      ...["--size", "4096", "--tmpfs", path],
      ...(ignore === null ? [] : ["--perms", "0444", "--file", String(ignore), `${path}/.gitignore`]),
      ...["--remount-ro", path],
    ]),
    ...coverings.flatMap(({ descriptor, path }) => ["--ro-bind-data", String(descriptor), path]),
  ];
}

/** Set inside the sandbox: there the number of processes counts for this sandbox alone, outside for the whole uid. */
function deriveLimits(limits: SandboxLimits): string[] {
  return [
    "/usr/bin/prlimit",
    `--nproc=${limits.processes}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles}`,
    `--data=${limits.memoryBytes}`,
    "--core=0",
    "--",
  ];
}
