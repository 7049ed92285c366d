/** The server as a process of its own, with its own Postgres, that a test can kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { accessToken } from "./start-test-server.ts";

export interface ServerProcess {
  readonly url: string;
  /** Resolves when the process has ended, by whatever end. */
  readonly ended: Promise<unknown>;
  /** What it has complained of so far. */
  complaints(): string;
  signal(signal: NodeJS.Signals): void;
  /** Without a word to the process. */
  kill(): Promise<void>;
  /** The process stands still, and knows nothing of it, until `goOn`. */
  standStill(): void;
  goOn(): void;
  /** As an operator stops it. Gives the exit code. */
  stop(): Promise<number | null>;
}

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Resolves when it is ready; rejects with what it said when it is not going to be. */
export async function spawnServer(
  environment: Readonly<Record<string, string>>,
  program = main,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH ?? "",
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PORT: "0",
      SKEIN_ACCESS_TOKEN: accessToken,
      LOG_LEVEL: "error",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const said: string[] = [];
  child.stderr?.on("data", (chunk) => said.push(String(chunk)));
  const url = await readyUrl(child);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    ended: exited,
    complaints: () => said.join(""),
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      await end("SIGKILL");
    },
    standStill: () => child.kill("SIGSTOP"),
    goOn: () => child.kill("SIGCONT"),
    stop: () => end("SIGTERM"),
  };
}

async function readyUrl({ stdout, stderr }: ChildProcess): Promise<string> {
  if (stdout === null || stderr === null) throw new Error("the process has no output");
  const said: string[] = [];
  stderr.on("data", (chunk) => said.push(String(chunk)));
  for await (const line of createInterface(stdout)) {
    said.push(line);
    const url = /^Skein is ready at (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    stdout.resume();
    return url;
  }
  throw new Error(`the server ended before it was ready: ${said.join("\n")}`);
}
