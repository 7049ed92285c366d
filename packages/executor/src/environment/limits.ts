import type { RunnerLimits } from "../rpc/methods.ts";
import type { SandboxLimits } from "../sandbox/bubblewrap-arguments.ts";

const mebibyte = 1024 * 1024;

export const defaultRunnerLimits: RunnerLimits = {
  headBytes: 2 * mebibyte,
  tailBytes: mebibyte / 2,
  maxOutputBytes: 256 * mebibyte,
  wallTimeMs: 2 * 60 * 60 * 1000,
  maxCommands: 32,
  windowBytes: 256 * 1024,
};

/** `memoryBytes` leaves room for Node's own tools; `processes` counts threads, of which one Node has eleven. */
export const defaultSandboxLimits: SandboxLimits = {
  processes: 1024,
  memoryBytes: 4096 * mebibyte,
  fileBytes: 1024 * mebibyte,
  openFiles: 4096,
  temporaryBytes: 256 * mebibyte,
  homeBytes: 256 * mebibyte,
};

/** How long a sandbox with nothing in it is kept: the next command saves its start, and finds what is in /tmp. */
export const defaultIdleMs = 10 * 60 * 1000;
