/** A server whose workspaces live at a runner in a process of its own, with a network between the two that can be cut. */
import { chmod, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CutProxy, startCutProxy } from "@skein/runner/cut-proxy";
import { type RunnerProcess, runnerToken, spawnRunner } from "@skein/runner/runner-process";
import { startTestServer, type TestServer } from "./start-test-server.ts";

export interface RemoteRunner {
  readonly network: CutProxy;
  /** For servers that are to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The process now. */
  readonly process: RunnerProcess;
  /** Kills the runner. */
  kill(): Promise<void>;
  /** Starts it over the same data, where it was before, unless it runs. */
  restart(): Promise<void>;
  /** Where a file of the only tenant's lies on the runner's disk; `path`: the workspace's name, and where it is in it. */
  pathOf(...path: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** `environment`: further variables of the runner's. `uid`: whose process it is; absent: this one's user's. */
export async function startRemoteRunner(
  environment: Readonly<Record<string, string>> = {},
  uid?: number,
): Promise<RemoteRunner> {
  const directory = await mkdtemp(join(tmpdir(), "skein-runner-"));
  await chmod(directory, 0o711);
  if (uid !== undefined) await chown(directory, uid, uid);
  const dataDirectory = join(directory, "data");
  const user = uid === undefined ? {} : { uid };
  let [runner, isRunning] = [await spawnRunner({ dataDirectory, environment, ...user }), true];
  const port = Number(new URL(runner.url).port);
  const network = await startCutProxy(runner.url);
  return {
    network,
    environment: { SKEIN_RUNNERS: `build=${network.url}`, SKEIN_RUNNER_TOKEN: runnerToken },
    get process() {
      return runner;
    },
    kill: () => {
      isRunning = false;
      return runner.end("SIGKILL");
    },
    restart: async () => {
      if (!isRunning) runner = await spawnRunner({ dataDirectory, environment, port, ...user });
      isRunning = true;
    },
    pathOf: async (...path) => {
      const [tenant = ""] = await readdir(join(dataDirectory, "workspaces"));
      return join(dataDirectory, "workspaces", tenant, ...path);
    },
    stop: async () => {
      network.close();
      await runner.end("SIGKILL");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function startServerWithRunner(
  runner: RemoteRunner,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  return startTestServer({ ...runner.environment, ...environment });
}
