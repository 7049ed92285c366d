/** Limits in words, for the person and for the model: which one it was, and what can be done about it. */
import type { Breach, MemoryKills } from "./resource-groups.ts";

export interface ShownLimits {
  readonly processes: number;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  readonly openFiles: number;
  readonly temporaryBytes: number;
}

export function presentBytes(bytes: number): string {
  for (const [unit, size] of [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024],
  ] as const) {
    if (bytes >= size) return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
  }
  return `${bytes} bytes`;
}

/** Why the commands of an environment were ended. */
export function presentBreach(breach: Breach): string {
  switch (breach.type) {
    case "processes":
      return (
        `this thread's commands went on starting processes at their limit of ${breach.limit}, so all of them were ended. ` +
        "Start fewer at once (SKEIN_LIMIT_PROCESSES)"
      );
    case "memory":
      return (
        `this thread's commands took more memory than their limit of ${presentBytes(breach.limitBytes)} together, so all of ` +
        "them were ended. Work on less at once (SKEIN_LIMIT_MEMORY_MB)"
      );
    case "disk":
      return (
        `the workspace grew to ${presentBytes(breach.usedBytes)}, above its limit of ${presentBytes(breach.limitBytes)}, so the ` +
        "commands that were running in it were ended. Delete what is not needed (SKEIN_LIMIT_WORKSPACE_MB)"
      );
    case "files":
      return (
        `the workspace grew to ${breach.used} files, above its limit of ${breach.limit}, so the commands that were running ` +
        "in it were ended. Delete what is not needed (SKEIN_LIMIT_WORKSPACE_FILES)"
      );
  }
}

/** Why a command could not start, and what was done about it. */
export function presentFull(processes: number): string {
  return (
    `processes in the background had taken all ${processes} that this thread's commands may have together ` +
    "(SKEIN_LIMIT_PROCESSES), so they were ended. Run it again"
  );
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Its last output. */
  readonly tail: string;
  /** While it ran, in its environment. */
  readonly memoryKills: MemoryKills;
}

/** A sentence for a command that met a limit of its sandbox, as far as its end shows it; null: it did not. */
export function explainEnd(end: CommandEnd, limits: ShownLimits): string | null {
  if (end.memoryKills.count > 0) return presentMemoryKill(end.memoryKills, limits);
  if (end.exitCode === 0) return null;
  if (end.signal === "SIGXFSZ" || end.exitCode === shellExit.SIGXFSZ) return presentFile(limits);
  return signs.find(({ pattern }) => pattern.test(end.tail))?.present(limits) ?? null;
}

/** What a shell answers when what it ran was ended by a signal. */
const shellExit = { SIGXFSZ: 128 + 25 } as const;

/** How the usual programs tell of an error of the kernel that limits give. They may mean something else, so: "may". */
const signs: readonly { readonly pattern: RegExp; present(limits: ShownLimits): string }[] = [
  {
    pattern: /Too many open files|\bEMFILE\b/,
    present: ({ openFiles }) =>
      `this may be the limit of ${openFiles} open files per process (SKEIN_LIMIT_OPEN_FILES). Close some before opening more`,
  },
  { pattern: /File too large|File size limit exceeded|\bEFBIG\b/, present: presentFile },
  {
    pattern: /fork: |[Cc]an(?:no|')t fork|fork failed|Resource temporarily unavailable|spawn \S+ EAGAIN|pthread_create/,
    present: ({ processes }) =>
      `this may be the limit of ${processes} processes, each with its own threads counted, of this thread's commands together ` +
      "(SKEIN_LIMIT_PROCESSES). " +
      "Start fewer at once, or end those in the background",
  },
  {
    pattern: /No space left on device|\bENOSPC\b/,
    present: ({ temporaryBytes }) =>
      `this may be the limit of /tmp and of the home directory, ${presentBytes(temporaryBytes)} each (SKEIN_LIMIT_TMP_MB). ` +
      "Put large files into the workspace",
  },
  {
    pattern: /Disk quota exceeded|\bEDQUOT\b/,
    present: () => "the disk has a quota for this workspace. Delete what is not needed",
  },
  {
    pattern: /Cannot allocate memory|[Oo]ut of memory|\bENOMEM\b|MemoryError|bad_alloc/,
    present: ({ memoryBytes }) =>
      `this may be the limit of ${presentBytes(memoryBytes)} of memory (SKEIN_LIMIT_MEMORY_MB). Work on less at once`,
  },
];

function presentFile({ fileBytes }: ShownLimits): string {
  return `a file may have at most ${presentBytes(fileBytes)} (SKEIN_LIMIT_FILE_MB). Write less, or several files`;
}

function presentMemoryKill({ own }: MemoryKills, { memoryBytes }: ShownLimits): string {
  if (own > 0) {
    return (
      `memory ran out and the largest process was ended: this thread's commands may take ${presentBytes(memoryBytes)} together, ` +
      "files in /tmp included (SKEIN_LIMIT_MEMORY_MB). Work on less at once"
    );
  }
  return (
    "memory ran out and the largest process was ended: not this thread but the whole team, or the server, is at its limit " +
    "(SKEIN_LIMIT_TENANT_MEMORY_MB, SKEIN_LIMIT_ALL_MEMORY_MB). Work on less at once, or try again later"
  );
}
