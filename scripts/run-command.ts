/**
 * Runs one command to its end, in a process group of its own, so that an interrupt reaches everything it started and
 * nothing of it outlives this process.
 */
import { spawn } from "node:child_process";
import { repositoryRoot } from "./repository.ts";

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Absolute; the repository's root when absent. */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Resolves with the exit code, 1 when a signal ended the command. An interrupt from the terminal ends the command first
 * and then this process in the same way. Rejects when the program does not exist.
 */
export function runCommand(command: Command): Promise<number> {
  const [program, ...parameters] = command.argv;
  const child = spawn(program, parameters, {
    cwd: command.cwd ?? repositoryRoot,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let interruptedBy: NodeJS.Signals | null = null;
  const forward = (signal: NodeJS.Signals): void => {
    interruptedBy = signal;
    signalGroup(child.pid, signal);
  };
  for (const signal of forwardedSignals) process.on(signal, forward);
  const settle = (): void => {
    for (const signal of forwardedSignals) process.off(signal, forward);
    signalGroup(child.pid, "SIGKILL");
  };
  child.once("error", (error) => {
    settle();
    reject(error);
  });
  child.once("exit", (code) => {
    settle();
    if (interruptedBy !== null) process.kill(process.pid, interruptedBy);
    resolve(code ?? 1);
  });
  return promise;
}

function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is empty: everything in it has ended.
  }
}
