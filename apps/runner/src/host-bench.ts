/** Both drivers of the runner's port, each on a data directory of its own. */
import { join } from "node:path";
import { createLocalEnvironments } from "@skein/executor/environment/local-environments";
import { LocalHost } from "@skein/executor/host/local-host";
import type { HostEnvironment, RunnerHost, Waiting, WorkspaceRef } from "@skein/executor/host/runner-host";
import { RemoteHost, type RemoteHostOptions } from "@skein/executor/remote/remote-host";
import { type CutProxy, startCutProxy } from "./cut-proxy.ts";
import { type RunnerProcess, runnerToken, spawnRunner } from "./runner-process.ts";
import { SandboxBench } from "./sandbox-bench.ts";

export const tenant = { id: "tenant", index: 0 };
const leaseMs = 60_000;

export function workspaceNamed(name: string): WorkspaceRef {
  return { kind: "created", tenant, id: `id-of-${name}`, name };
}

/** Somebody who waits for ever, and writes down what is said. */
export function patientWaiting(notices: string[] = []): Waiting {
  return { known: null, signal: new AbortController().signal, notice: ({ message }) => void notices.push(message) };
}

export interface HostBench {
  readonly host: RunnerHost;
  /** A thread's environment; the workspace is the thread's own unless one is named. */
  thread(threadId: string, options?: { fence?: number; leaseMs?: number; name?: string }): Promise<HostEnvironment>;
  close(): Promise<void>;
}

export async function openLocalBench(): Promise<HostBench> {
  const sandboxes = await SandboxBench.open();
  const dataDirectory = join(sandboxes.directory, "host");
  const environments = await createLocalEnvironments({
    ...{ dataDirectory, bundle: sandboxes.bundle },
    allowUnsandboxed: false,
  });
  const roots = [join(sandboxes.directory, "root")];
  const rules = { dataDirectory, roots, privatePaths: [], reservedUids: [] };
  const host = new LocalHost("here", environments, rules, (problem, error) => console.error(problem, error));
  return {
    host,
    thread: (threadId, options) => openThread(host, threadId, options),
    close: async () => {
      await host.close();
      await sandboxes.close();
    },
  };
}

export interface RemoteBench extends HostBench {
  readonly host: RemoteHost;
  readonly proxy: CutProxy;
  /** The process now; another one after `restart`. */
  readonly runner: RunnerProcess;
  /** Starts a runner over the same data on the same port, after the earlier one has ended. */
  restart(): Promise<void>;
  /** Another node of the same runner. */
  join(options?: Partial<RemoteHostOptions>): Promise<RemoteHost>;
}

export async function openRemoteBench(options: Partial<RemoteHostOptions> = {}): Promise<RemoteBench> {
  const sandboxes = await SandboxBench.open();
  const place = {
    dataDirectory: join(sandboxes.directory, "host"),
    bundle: sandboxes.bundle.runner,
    environment: { SKEIN_WORKSPACE_ROOTS: join(sandboxes.directory, "root") },
  };
  let runner = await spawnRunner(place);
  const port = Number(new URL(runner.url).port);
  const proxy = await startCutProxy(runner.url);
  const hosts: RemoteHost[] = [];
  const join_ = async (changes: Partial<RemoteHostOptions> = {}) => {
    const host = new RemoteHost({
      ...{ name: "build", url: proxy.url, token: runnerToken, patienceMs: 60_000, report: () => {} },
      ...changes,
    });
    hosts.push(host);
    await host.start();
    return host;
  };
  const host = await join_(options);
  return {
    host,
    proxy,
    get runner() {
      return runner;
    },
    thread: (threadId, opening) => openThread(host, threadId, opening),
    restart: async () => {
      runner = await spawnRunner({ ...place, port });
    },
    join: join_,
    close: async () => {
      for (const one of hosts) await one.close();
      proxy.close();
      await runner.end("SIGKILL");
      await sandboxes.close();
    },
  };
}

async function openThread(
  host: RunnerHost,
  threadId: string,
  options: { fence?: number; leaseMs?: number; name?: string } = {},
): Promise<HostEnvironment> {
  const { fence = 1, name = `of-${threadId}` } = options;
  await host.createDirectory(tenant, name);
  const opening = { workspace: workspaceNamed(name), threadId, fence, leaseMs: options.leaseMs ?? leaseMs };
  return host.openEnvironment(opening, patientWaiting());
}
