/**
 * Ends this process when the `npm` command that started it has ended. A signal to `npm start` reaches only npm's own
 * child, a shell; between that and this process lie other shells, of npx, of pnpm and of the `node` package, none of which
 * passes a signal on. Without this, `kill` would stop the command and leave the server running.
 *
 * Imported for its effect: `node --import ./scripts/end-with-launcher.ts main.ts`. Without npm above it does nothing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const lookEveryMs = 500;

interface Ancestor {
  readonly pid: number;
  readonly parent: number;
  readonly commandLine: string;
}

const launcher = launcherProcesses();
if (launcher.length > 0) {
  const timer = setInterval(() => {
    if (launcher.every(isAlive)) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, lookEveryMs).unref();
}

/** Everything between this process and the outermost npm, that one included. */
function launcherProcesses(): readonly number[] {
  const ancestors: Ancestor[] = [];
  for (let next = describe(process.ppid); next !== null; next = describe(next.parent)) ancestors.push(next);
  // npm writes what it runs over its own command line: "npm start".
  const outermost = ancestors.findLastIndex(({ commandLine }) => /^npm\b/.test(commandLine));
  return ancestors.slice(0, outermost + 1).map(({ pid }) => pid);
}

function describe(pid: number): Ancestor | null {
  if (pid <= 1) return null;
  return process.platform === "linux" ? describeFromProc(pid) : describeFromPs(pid);
}

function describeFromProc(pid: number): Ancestor | null {
  try {
    // The name in parentheses may hold anything; the parent is the second field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { pid, parent: Number(fields[1]), commandLine: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
  } catch {
    return null;
  }
}

function describeFromPs(pid: number): Ancestor | null {
  const output = spawnSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  const match = /^\s*(\d+)\s+(.*)/.exec(output);
  return match === null ? null : { pid, parent: Number(match[1]), commandLine: match[2] ?? "" };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
