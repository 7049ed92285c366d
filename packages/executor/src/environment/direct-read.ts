/**
 * Small reads of a workspace without a sandbox: a look for AGENTS.md must not start one. Each component is opened without
 * following links and checked against the rights of the workspace's owner, because the server may have more. Whatever this
 * cannot decide is "indirect": the sandbox's to answer.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { FileFailure, type FileKind } from "@skein/core/ports";
import { walkOpen } from "../sandbox/walk-open.ts";
import { componentsBelow, componentsInside, type WorkspaceDirectory } from "../workspace/workspace.ts";

export type DirectRead =
  | { readonly type: "file"; readonly bytes: Uint8Array }
  | { readonly type: "missing" }
  | { readonly type: "indirect" };

export type DirectKind = { readonly type: "kind"; readonly kind: FileKind | null } | { readonly type: "indirect" };

/** Thrown by the walk's inspection and caught here. */
class NotPermitted extends Error {}

/** Throws `FileFailure` for a directory, and for a file above `maxBytes`. */
export function readDirectly(workspace: WorkspaceDirectory, path: string, maxBytes: number): DirectRead {
  const found = find(workspace, path);
  if (found.type !== "opened") return found;
  try {
    const { stats, descriptor } = found;
    if (stats.isDirectory()) throw new FileFailure("EISDIR", `cannot read ${path}: it is a directory`);
    if (!stats.isFile()) return { type: "indirect" };
    if (stats.size > maxBytes) {
      throw new FileFailure("EFBIG", `cannot read ${path}: it is larger than ${maxBytes} bytes`);
    }
    return { type: "file", bytes: readWhole(descriptor, stats.size) };
  } finally {
    closeSync(found.descriptor);
  }
}

export function lookDirectly(workspace: WorkspaceDirectory, path: string): DirectKind {
  const found = find(workspace, path);
  if (found.type === "indirect") return found;
  if (found.type === "missing") return { type: "kind", kind: null };
  closeSync(found.descriptor);
  const { stats } = found;
  return { type: "kind", kind: stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other" };
}

type Found =
  | { readonly type: "opened"; readonly descriptor: number; readonly stats: Stats }
  | { readonly type: "missing" }
  | { readonly type: "indirect" };

function find(workspace: WorkspaceDirectory, path: string): Found {
  const components = componentsInside(workspace, path);
  if (components === null) return { type: "indirect" };
  try {
    return walkInside(workspace, components);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof NotPermitted || code === "EACCES" || code === "ENAMETOOLONG") return { type: "indirect" };
    throw error;
  }
}

function walkInside(workspace: WorkspaceDirectory, components: readonly string[]): Found {
  const root = walkOpen("/", componentsBelow("/", workspace.hostPath) ?? []);
  if (root.type !== "opened") return { type: "indirect" };
  try {
    const walk = walkOpen(root.descriptor, components, (stats) => {
      if (!mayRead(stats, workspace)) throw new NotPermitted();
    });
    return walk.type === "refused" ? { type: "indirect" } : walk;
  } finally {
    closeSync(root.descriptor);
  }
}

/** By the mode alone: access lists that give more are left to the sandbox, those that give less do not exist for owners. */
function mayRead(stats: Stats, { uid, gid }: WorkspaceDirectory): boolean {
  const bits = stats.isDirectory() ? 0o5 : 0o4;
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & bits) === bits;
}

/** A file that grows meanwhile is cut at the size it had. */
function readWhole(pathDescriptor: number, size: number): Uint8Array {
  const descriptor = openSync(`/proc/self/fd/${pathDescriptor}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) return new Uint8Array(0);
    const bytes = Buffer.alloc(size);
    let filled = 0;
    for (let count = 1; count > 0 && filled < size; filled += count) {
      count = readSync(descriptor, bytes, filled, size - filled, filled);
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}
