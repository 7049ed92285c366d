/** What processes of this machine take, from /proc. Entries that vanish while they are read are left out. */
import { readdirSync, readFileSync } from "node:fs";

export interface MachineProcess {
  readonly pid: number;
  readonly parent: number;
  readonly threads: number;
  /** Pages in memory, those shared with others included. */
  readonly residentBytes: number;
}

export interface ProcessUse {
  readonly pids: readonly number[];
  readonly tasks: number;
  readonly residentBytes: number;
}

/** Of x64, and of most arm64. */
const pageBytes = 4096;
const kibibyte = 1024;

export function readMachine(): MachineProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const text = Number.isInteger(pid) ? read(`/proc/${pid}/stat`) : null;
    return text === null ? [] : [parseMachineProcess(pid, text)];
  });
}

/** proc_pid_stat(5). The name, second field, may hold spaces and parentheses: what counts follows the last one. */
export function parseMachineProcess(pid: number, stat: string): MachineProcess {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    parent: Number(fields[1]),
    threads: Number(fields[17]),
    residentBytes: Number(fields[21]) * pageBytes,
  };
}

/** Everything below `roots`: in a pid namespace an orphan's parent is the first process there, never one outside. */
export function deriveUse(machine: readonly MachineProcess[], roots: ReadonlySet<number>): ProcessUse {
  const children = Map.groupBy(machine, ({ parent }) => parent);
  const found: MachineProcess[] = [];
  let level = machine.filter(({ pid }) => roots.has(pid));
  while (level.length > 0) {
    found.push(...level);
    level = level.flatMap(({ pid }) => children.get(pid) ?? []);
  }
  return {
    pids: found.map(({ pid }) => pid),
    tasks: found.reduce((sum, { threads }) => sum + threads, 0),
    residentBytes: found.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

/** Pages shared by n processes count for each as an nth. Where the kernel does not tell, all of the resident pages do. */
export function readProportional(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + readOne(pid), 0);
}

function readOne(pid: number): number {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  const proportional = rollup === null ? undefined : /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  if (proportional !== undefined) return Number(proportional) * kibibyte;
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? 0 : parseMachineProcess(pid, stat).residentBytes;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
