/** A program of the bench's own: started, waited for, and ended with everything it wrote. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const stopTimeoutMs = 20_000;
const readyTimeoutMs = 60_000;
const pollMs = 50;
const maxKeptOutput = 20_000;

export class Program {
  readonly #child: ChildProcess;
  #output = "";

  constructor({ command, args, cwd, env }: ProgramOptions) {
    const inherited = { PATH: process.env.PATH ?? "", LANG: "C.UTF-8" };
    this.#child = spawn(command, args, { cwd, env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (data: Buffer) => {
      this.#output = (this.#output + data.toString()).slice(-maxKeptOutput);
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the program could not be started");
    return this.#child.pid;
  }

  /** What it has printed, the newest part. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when `isReady` does with true. */
  async ready(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    while (!(await isReady().catch(() => false))) {
      const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (hasEnded || performance.now() > deadline) throw new Error(`a program did not start: ${this.#output}`);
      await delay(pollMs);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(force);
  }
}
