/** What processes have cost so far, as Linux counts it. */
import { readdir, readFile } from "node:fs/promises";

export interface Usage {
  /** User and system time, all threads; of a process tree with those of its processes that have ended. */
  readonly cpuSeconds: number;
  readonly residentKiB: number;
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended and were waited for, and theirs. */
  readonly childTicks: number;
}

/** Linux tells user space 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

export async function usageOf(pid: number): Promise<Usage> {
  const stat = await readStat(pid);
  if (stat === null) throw new Error(`the process ${pid} has ended`);
  return { cpuSeconds: stat.ticks / ticksPerSecond, residentKiB: await residentKiB(pid) };
}

/** Of everything that the process has started, without itself. */
export async function usageOfDescendants(pid: number): Promise<Usage> {
  const stats = (await Promise.all((await allPids()).map(readStat))).filter((stat) => stat !== null);
  const below = descendantsOf(pid, stats);
  const ticks = below.reduce((sum, stat) => sum + stat.ticks + stat.childTicks, 0);
  const resident = await Promise.all(below.map((stat) => residentKiB(stat.pid)));
  return { cpuSeconds: ticks / ticksPerSecond, residentKiB: resident.reduce((sum, each) => sum + each, 0) };
}

function descendantsOf(root: number, stats: readonly ProcessStat[]): readonly ProcessStat[] {
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const found: ProcessStat[] = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      parents.push(child.pid);
    }
  }
  return found;
}

async function allPids(): Promise<readonly number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The name in the second field may hold anything, so fields are counted from its closing bracket. */
async function readStat(pid: number): Promise<ProcessStat | null> {
  const text = await readProc(pid, "stat");
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return { pid, parent: field(4), ticks: field(14) + field(15), childTicks: field(16) + field(17) };
}

async function residentKiB(pid: number): Promise<number> {
  const status = await readProc(pid, "status");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status ?? "")?.[1] ?? 0);
}

/** null: the process has ended. */
async function readProc(pid: number, file: string): Promise<string | null> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  });
}
