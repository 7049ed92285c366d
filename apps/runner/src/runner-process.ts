/** `serve.ts` as a process of its own, which a test can stop, freeze and kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const runnerToken = "a-token-for-tests-only-of-32-characters";

export interface RunnerProcess {
  readonly name: string;
  readonly url: string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface RunnerProcessOptions {
  readonly dataDirectory: string;
  /** Absent: the one that was built. */
  readonly bundle?: string;
  readonly name?: string;
  /** 0: any. */
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whose process it is; absent: this one's user's. */
  readonly uid?: number;
}

/** Resolves when it is ready; rejects with what it said when it is not going to be. */
export async function spawnRunner(options: RunnerProcessOptions): Promise<RunnerProcess> {
  const { dataDirectory, bundle, name = "build", port = 0, uid } = options;
  const argv = [join(import.meta.dirname, "serve.ts"), ...(bundle === undefined ? [] : [bundle])];
  const child = spawn(process.execPath, argv, {
    env: {
      PATH: process.env.PATH ?? "",
      SKEIN_RUNNER_NAME: name,
      SKEIN_RUNNER_PORT: String(port),
      SKEIN_RUNNER_TOKEN: runnerToken,
      SKEIN_DATA_DIR: dataDirectory,
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: "/" }),
  });
  const exited = once(child, "exit");
  const url = await readyUrl(child);
  return {
    name,
    url,
    signal: (signal) => void child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

async function readyUrl({ stdout, stderr }: ChildProcess): Promise<string> {
  if (stdout === null || stderr === null) throw new Error("the process has no output");
  const said: string[] = [];
  stderr.on("data", (chunk) => said.push(String(chunk)));
  for await (const line of createInterface(stdout)) {
    const url = /is ready at (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    stdout.resume();
    return url;
  }
  throw new Error(said.join(""));
}
