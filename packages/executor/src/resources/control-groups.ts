/**
 * Control groups of the kernel, `skein-<name>/<tenant>/<environment>`, in both versions. What the versions call the same
 * things is in `dialects`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Hierarchy } from "./hierarchy.ts";
import type { Share, SharedLimits } from "./limits.ts";
import type { Breach, MemoryKills, ResourceGroup, ResourceGroups } from "./resource-groups.ts";

/** A line of a file of counts; an empty one where the file is one number. */
interface Count {
  readonly file: string;
  readonly line: string;
}

interface Dialect {
  readonly memoryLimit: string;
  /** With memory and swap together limited as well, nothing of a group's memory is put off to disk. */
  readonly swapLimit: { readonly file: string; value(memoryBytes: number): number };
  /** The kernel's count of processes that were ended. */
  readonly kills: Count;
  /** What says that this very group was at its limit: another count, or the most that it ever held. */
  readonly ownKills: Count | { readonly mostBytes: string };
  /** Of all groups together beside the server, which counts 1024 in version 1 per thread and 100 in version 2 as a whole. */
  readonly weight: { readonly file: string; readonly value: number };
}

const dialects: Readonly<Record<Hierarchy["level"], Dialect>> = {
  cgroup1: {
    memoryLimit: "memory.limit_in_bytes",
    swapLimit: { file: "memory.memsw.limit_in_bytes", value: (memoryBytes) => memoryBytes },
    kills: { file: "memory.oom_control", line: "oom_kill" },
    // Newer kernels leave memory.failcnt at 0.
    ownKills: { mostBytes: "memory.max_usage_in_bytes" },
    weight: { file: "cpu.shares", value: 256 },
  },
  cgroup2: {
    memoryLimit: "memory.max",
    swapLimit: { file: "memory.swap.max", value: () => 0 },
    kills: { file: "memory.events", line: "oom_kill" },
    ownKills: { file: "memory.events.local", line: "oom" },
    weight: { file: "cpu.weight", value: 25 },
  },
};

/** Refused processes between two looks, of a second. A build that is too parallel fails at the first few. */
const refusalsOfBomb = 100;
/** Looks in a row between which a process was refused, or ended for memory: something starts them again and again. */
const looksOfBomb = 3;
/** Of the limit: the kernel ends a process when the next pages do not fit, which may be many at once. */
const atLimitPart = 0.98;
/** Of the limit, in files and segments that lie in memory: ending processes frees nothing of it. */
const heldPart = 0.9;
/** A command takes some to start: the shell, what that runs, the maker of its pipe. */
const spareProcesses = 4;
/** Of another runner, when no process is in it: it was killed, and nobody will start it again. */
const leftBehindMs = 60 * 60_000;
const prefix = "skein-";
const removalPauseMs = 100;
const removalTries = 50;

/** Where processes of a delegated group go that are in it themselves, the server's above all. */
export const serverGroup = `${prefix}server`;

export class ControlGroups implements ResourceGroups {
  readonly level: Hierarchy["level"];
  readonly obstacle = null;
  readonly #hierarchy: Hierarchy;
  readonly #name: string;
  readonly #limits: SharedLimits;
  #made = 0;

  /** Throws when groups cannot be made there. `name`: of this runner alone; what an earlier one of it left is cleared away. */
  constructor(hierarchy: Hierarchy, name: string, limits: SharedLimits) {
    this.level = hierarchy.level;
    this.#hierarchy = hierarchy;
    this.#name = `${prefix}${asComponent(name)}`;
    this.#limits = limits;
    this.#clear();
    for (const directory of this.#directories([])) clearLeftBehind(directory);
    this.#begin();
  }

  #begin(): void {
    this.#make([], this.#limits.machine);
    const { cpu } = this.#hierarchy;
    const { weight } = dialects[this.level];
    if (cpu !== null) writeFileSync(join(cpu, this.#name, weight.file), String(weight.value));
  }

  open(tenantId: string, name: string): ResourceGroup {
    const tenant = asComponent(tenantId);
    const environment = `${asComponent(name)}-${++this.#made}`;
    // Whoever has taken this one for left behind, after hours without a command, has made it gone with its limits.
    if (this.#directories([]).some((directory) => !existsSync(directory))) this.#begin();
    this.#make([tenant], this.#limits.tenant);
    this.#make([tenant, environment], this.#limits.environment);
    const { memory, processes } = this.#hierarchy;
    return new ControlGroup({
      dialect: dialects[this.level],
      directories: this.#directories([tenant, environment]),
      memory: join(memory, this.#name, tenant, environment),
      processes: join(processes, this.#name, tenant, environment),
      limits: this.#limits.environment,
      emptied: () => this.#removeAll([tenant]),
    });
  }

  close(): void {
    this.#clear();
  }

  /** One per hierarchy. */
  #directories(components: readonly string[]): string[] {
    const { memory, processes, cpu } = this.#hierarchy;
    const places = new Set([memory, processes, ...(cpu === null ? [] : [cpu])]);
    return [...places].map((place) => join(place, this.#name, ...components));
  }

  #make(components: readonly string[], share: Share): void {
    const dialect = dialects[this.level];
    for (const directory of this.#directories(components)) {
      mkdirSync(directory, { recursive: true });
      // Only where no process is itself: version 2 wants processes at the leaves.
      if (this.level === "cgroup2" && components.length < 2)
        writeFileSync(join(directory, "cgroup.subtree_control"), "+memory +pids +cpu");
    }
    const memory = join(this.#hierarchy.memory, this.#name, ...components);
    const processes = join(this.#hierarchy.processes, this.#name, ...components);
    writeFileSync(join(memory, dialect.memoryLimit), String(share.memoryBytes));
    const { file, value } = dialect.swapLimit;
    if (existsSync(join(memory, file))) writeFileSync(join(memory, file), String(value(share.memoryBytes)));
    writeFileSync(join(processes, "pids.max"), String(share.processes));
  }

  #removeAll(components: readonly string[]): void {
    for (const directory of this.#directories(components)) removeIfEmpty(directory);
  }

  /** Processes in there are those of a runner that was killed; bubblewrap ends them with it, at the latest now. */
  #clear(): void {
    for (const directory of this.#directories([])) clearTree(directory);
  }
}

interface GroupPlace {
  readonly dialect: Dialect;
  readonly directories: readonly string[];
  readonly memory: string;
  readonly processes: string;
  readonly limits: Share;
  emptied(): void;
}

class ControlGroup implements ResourceGroup {
  readonly #place: GroupPlace;
  #refusals = 0;
  #refusingLooks = 0;
  #kills = 0;
  #killingLooks = 0;

  constructor(place: GroupPlace) {
    this.#place = place;
  }

  admit(pid: number): void {
    for (const directory of this.#place.directories) writeFileSync(join(directory, "cgroup.procs"), String(pid));
  }

  memoryKills(): MemoryKills {
    const { memory, dialect, limits } = this.#place;
    const { kills, ownKills } = dialect;
    const count = readNumber(memory, kills);
    if (!("mostBytes" in ownKills)) return { count, own: readNumber(memory, ownKills) };
    const mostBytes = readNumber(memory, { file: ownKills.mostBytes, line: "" });
    return { count, own: mostBytes >= limits.memoryBytes * atLimitPart ? count : 0 };
  }

  isFull(): boolean {
    const { processes, limits } = this.#place;
    return readNumber(processes, { file: "pids.current", line: "" }) >= limits.processes - spareProcesses;
  }

  look(): Breach | null {
    const { processes, limits } = this.#place;
    const refusals = readNumber(processes, { file: "pids.events", line: "max" });
    const refused = refusals - this.#refusals;
    this.#refusals = refusals;
    this.#refusingLooks = refused > 0 ? this.#refusingLooks + 1 : 0;
    if (refused >= refusalsOfBomb || this.#refusingLooks >= looksOfBomb)
      return { type: "processes", limit: limits.processes };
    return this.#isShortOfMemory() ? { type: "memory", limitBytes: limits.memoryBytes } : null;
  }

  #isShortOfMemory(): boolean {
    const { memory, limits } = this.#place;
    const { count } = this.memoryKills();
    this.#killingLooks = count > this.#kills ? this.#killingLooks + 1 : 0;
    this.#kills = count;
    if (this.#killingLooks >= looksOfBomb) return true;
    return readNumber(memory, { file: "memory.stat", line: "shmem" }) >= limits.memoryBytes * heldPart;
  }

  close(): void {
    this.#remove(removalTries);
  }

  /** A process that has just ended may hold its group for a moment longer. */
  #remove(triesLeft: number): void {
    const left = this.#place.directories.filter((directory) => !removeIfEmpty(directory));
    if (left.length === 0) this.#place.emptied();
    else if (triesLeft > 0) setTimeout(() => this.#remove(triesLeft - 1), removalPauseMs).unref();
  }
}

function readNumber(directory: string, { file, line }: Count): number {
  const text = readFileSync(join(directory, file), "latin1");
  if (line === "") return Number(text.trim());
  for (const entry of text.split("\n")) if (entry.startsWith(`${line} `)) return Number(entry.slice(line.length + 1));
  return 0;
}

/** True when it is gone. */
function removeIfEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function clearTree(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) clearTree(join(directory, entry.name));
  }
  removeIfEmpty(directory);
}

/** Groups of runners that are there no more; of one that only rests nothing is lost (see `open`). */
function clearLeftBehind(own: string): void {
  const place = dirname(own);
  for (const name of existsSync(place) ? readdirSync(place) : []) {
    if (!name.startsWith(prefix) || name === serverGroup || name === basename(own)) continue;
    const directory = join(place, name);
    const isOld = (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN) < Date.now() - leftBehindMs;
    if (isOld && !holdsProcess(directory)) clearTree(directory);
  }
}

function holdsProcess(directory: string): boolean {
  const list = join(directory, "cgroup.procs");
  if (existsSync(list) && readFileSync(list, "latin1") !== "") return true;
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.some((entry) => entry.isDirectory() && holdsProcess(join(directory, entry.name)));
}

/** Ids are made by Skein and hold nothing else; whatever comes, it stays one component. */
function asComponent(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9-]/g, "_").slice(0, 100);
}
