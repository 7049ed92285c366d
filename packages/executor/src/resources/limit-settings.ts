/** The limits of commands as the operator sets them. Every variable may be left unset. */
import { totalmem } from "node:os";
import { defaultRunnerLimits, defaultSandboxLimits } from "../environment/limits.ts";
import type { RunnerLimits } from "../rpc/methods.ts";
import type { SandboxLimits } from "../sandbox/bubblewrap-arguments.ts";
import type { SharedLimits, WorkspaceLimits } from "./limits.ts";

/** "auto": what the machine has. A path: a directory of control groups, version 2, that was delegated to this user. */
export type GroupChoice = "auto" | "off" | { readonly directory: string };

export interface LimitSettings {
  readonly runner: RunnerLimits;
  readonly sandbox: SandboxLimits;
  readonly shared: SharedLimits;
  readonly workspace: WorkspaceLimits;
  readonly groups: GroupChoice;
}

const mebibyte = 1024 * 1024;
/** Node 24, which is the runner too, reserves 600 MiB that it may never use, and does not start with less. */
const leastHeapBytes = 1024 * mebibyte;

/** Throws an error whose message is one line that names the variable. */
export function readLimitSettings(
  environment: Readonly<Record<string, string | undefined>>,
  machineMemoryBytes = totalmem(),
): LimitSettings {
  const count = (name: string, minimum: number, fallback: number) => readCount(environment, name, minimum, fallback);
  const mebibytes = (name: string, minimum: number, fallbackBytes: number) =>
    count(name, minimum, Math.floor(fallbackBytes / mebibyte)) * mebibyte;
  const ofMachine = (part: number) => Math.floor(machineMemoryBytes * part);
  // A sandbox needs 200 MiB before it runs anything: what its runner holds, and what /tmp may.
  const memoryBytes = mebibytes("SKEIN_LIMIT_MEMORY_MB", 256, Math.min(4096 * mebibyte, ofMachine(0.5)));
  const processes = count("SKEIN_LIMIT_PROCESSES", 32, defaultSandboxLimits.processes);
  return {
    runner: {
      ...defaultRunnerLimits,
      maxOutputBytes: mebibytes("SKEIN_LIMIT_OUTPUT_MB", 1, defaultRunnerLimits.maxOutputBytes),
      wallTimeMs: count("SKEIN_LIMIT_SECONDS", 1, defaultRunnerLimits.wallTimeMs / 1000) * 1000,
      maxCommands: count("SKEIN_LIMIT_COMMANDS", 1, defaultRunnerLimits.maxCommands),
    },
    sandbox: {
      ...defaultSandboxLimits,
      memoryBytes: Math.max(memoryBytes, leastHeapBytes),
      processes,
      fileBytes: mebibytes("SKEIN_LIMIT_FILE_MB", 1, defaultSandboxLimits.fileBytes),
      openFiles: count("SKEIN_LIMIT_OPEN_FILES", 64, defaultSandboxLimits.openFiles),
      temporaryBytes: mebibytes("SKEIN_LIMIT_TMP_MB", 1, defaultSandboxLimits.temporaryBytes),
    },
    shared: {
      environment: { processes, memoryBytes },
      tenant: {
        processes: count("SKEIN_LIMIT_TENANT_PROCESSES", 32, 4096),
        memoryBytes: mebibytes("SKEIN_LIMIT_TENANT_MEMORY_MB", 256, ofMachine(0.6)),
      },
      machine: {
        processes: count("SKEIN_LIMIT_ALL_PROCESSES", 32, 16_384),
        memoryBytes: mebibytes("SKEIN_LIMIT_ALL_MEMORY_MB", 256, ofMachine(0.8)),
      },
    },
    workspace: {
      bytes: mebibytes("SKEIN_LIMIT_WORKSPACE_MB", 1, 10_240 * mebibyte),
      files: count("SKEIN_LIMIT_WORKSPACE_FILES", 100, 1_000_000),
    },
    groups: readGroups(environment.SKEIN_CGROUPS),
  };
}

function readCount(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  minimum: number,
  fallback: number,
): number {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  if (!/^\d{1,12}$/.test(text)) throw new Error(`${name}: must be a whole number`);
  if (Number(text) < minimum) throw new Error(`${name}: must be at least ${minimum}`);
  return Number(text);
}

function readGroups(value: string | undefined): GroupChoice {
  if (value === undefined || value === "" || value === "auto") return "auto";
  if (value === "off") return "off";
  if (value.startsWith("/")) return { directory: value };
  throw new Error("SKEIN_CGROUPS: must be auto, off, or the absolute path of a delegated directory of control groups");
}
