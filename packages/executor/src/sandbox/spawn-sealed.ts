import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { EnvironmentFailure } from "@skein/core/ports";
import { findStrayDescriptors } from "./stray-descriptors.ts";

/** What the child finds at a descriptor: one of ours, or a pipe that gives these bytes and ends. */
export type Inherited = { readonly descriptor: number } | { readonly contents: Uint8Array };

/** The first descriptor of `inherited` in the child. */
export const firstInherited = 3;

export interface SealedChild extends ChildProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Spawns a process that gets of this one what is named here and nothing else: no environment, no descriptor. `owner` null
 * keeps the server's uid. Must be called on the main thread (see `deriveBubblewrapArguments`).
 */
export function spawnSealed(spec: {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly inherited: readonly Inherited[];
  /** Takes the process into its limits before it is given any contents. What it throws ends the process. */
  readonly admit: (pid: number) => void;
}): SealedChild {
  const empty = openSync("/dev/null", "r");
  try {
    const stdio: Exclude<StdioOptions, string> = ["pipe", "pipe", "pipe"];
    for (const entry of spec.inherited) stdio.push("descriptor" in entry ? entry.descriptor : "pipe");
    for (const stray of findStrayDescriptors()) {
      while (stdio.length < stray) stdio.push("ignore");
      if (stray >= firstInherited + spec.inherited.length) stdio[stray] = empty;
    }
    const child = spawn(spec.file, spec.args, {
      cwd: "/",
      env: spec.environment,
      stdio,
      ...(spec.owner === null ? {} : { uid: spec.owner.uid, gid: spec.owner.gid }),
    }) as SealedChild;
    admitOrEnd(child, spec.admit);
    for (const [index, entry] of spec.inherited.entries()) {
      if ("contents" in entry) giveContents(child.stdio[firstInherited + index], entry.contents);
    }
    return child;
  } finally {
    closeSync(empty);
  }
}

/** A child that could not be started has no pid, and says why in an event. */
function admitOrEnd(child: SealedChild, admit: (pid: number) => void): void {
  if (child.pid === undefined) return;
  try {
    admit(child.pid);
  } catch (error) {
    child.on("error", () => {});
    child.kill("SIGKILL");
    throw new EnvironmentFailure(`the sandbox could not be limited: ${error instanceof Error ? error.message : error}`);
  }
}

/** A child that ends before it has read is told by its exit, not here. */
function giveContents(pipe: unknown, contents: Uint8Array): void {
  const writable = pipe as Writable | null | undefined;
  writable?.on("error", () => {});
  writable?.end(contents);
}
