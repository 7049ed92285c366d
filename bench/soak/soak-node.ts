/** One server process, which can be ended in every way that a process ends, and started again at the same address. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** Of the tests: the server, on a database that it is told of. */
const program = new URL("../../apps/server/src/testing/cluster-node.ts", import.meta.url).pathname;
const startAgainMs = 1_000;
const maxStarts = 60;

export class SoakNode {
  readonly name: string;
  readonly port: number;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;

  constructor(name: string, port: number, environment: Readonly<Record<string, string>>) {
    this.name = name;
    this.port = port;
    this.#environment = { ...environment, PORT: String(port), SKEIN_NODE_ID: name };
  }

  /** Resolves when it serves. A node whose name is still taken by its dead self tries again. */
  async start(): Promise<void> {
    for (let starts = 1; ; starts += 1) {
      const said = await this.#launch();
      if (said === null) return;
      if (starts === maxStarts) throw new Error(`the node ${this.name} does not start: ${said}`);
      await delay(startAgainMs);
    }
  }

  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  async freeze(ms: number): Promise<void> {
    this.#child?.kill("SIGSTOP");
    await delay(ms);
    this.#child?.kill("SIGCONT");
  }

  /** null: it is ready. Otherwise what it said before it ended. */
  async #launch(): Promise<string | null> {
    const env = { PATH: process.env.PATH ?? "", ...this.#environment };
    const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    const said: string[] = [];
    child.stderr.on("data", (chunk) => said.push(String(chunk)));
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (!line.startsWith("Skein is ready")) continue;
      child.stdout.resume();
      return null;
    }
    return said.join("\n");
  }
}
