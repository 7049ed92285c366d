/** Opens the runners that the configuration names: the node's own, and connections to others. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { InternalHosts } from "@skein/executor/egress/internal-hosts";
import { createLocalEnvironments } from "@skein/executor/environment/local-environments";
import { type HostRules, LocalHost } from "@skein/executor/host/local-host";
import type { RunnerHost } from "@skein/executor/host/runner-host";
import { keepRunnerName } from "@skein/executor/host/runner-name";
import { RemoteHost } from "@skein/executor/remote/remote-host";
import type { LimitSettings } from "@skein/executor/resources/limit-settings";
import { locateRunnerBundle } from "@skein/runner/locate";
import type { RunnerEntry } from "../config-runners.ts";
import { Runners } from "./runners.ts";

export interface OpenRunnersOptions {
  /** The first is where workspaces are made. */
  readonly runners: readonly RunnerEntry[];
  /** For the runners elsewhere. */
  readonly runnerToken: string | null;
  /** How long a turn waits for a runner that is away. */
  readonly runnerPatienceSeconds: number;
  readonly leaseSeconds: number;
  readonly allowUnsandboxed: boolean;
  readonly bubblewrapPath: string;
  readonly internalHosts: InternalHosts;
  readonly limits: LimitSettings;
  readonly rules: HostRules;
  /** Rows of before runners had names become those of the node's own. */
  adopt(runner: string): Promise<unknown>;
  warn(problem: string): void;
}

export async function openRunners(options: OpenRunnersOptions): Promise<Runners> {
  const [first, ...more] = await Promise.all(
    options.runners.map((entry) => (entry.url === null ? openLocal(options) : connect(options, entry.name, entry.url))),
  );
  if (first === undefined) throw new Error("a node needs a runner");
  return new Runners([first, ...more], {
    leaseMs: options.leaseSeconds * 1000,
    patienceMs: options.runnerPatienceSeconds * 1000,
  });
}

async function openLocal({ rules, adopt, warn, ...options }: OpenRunnersOptions): Promise<RunnerHost> {
  const { dataDirectory } = rules;
  const { allowUnsandboxed, bubblewrapPath, internalHosts, limits } = options;
  await mkdir(join(dataDirectory, "workspaces"), { recursive: true });
  const bundle = locateRunnerBundle();
  const environments = await createLocalEnvironments({
    ...{ dataDirectory, bundle, allowUnsandboxed, bubblewrapPath, internalHosts, limits },
  });
  const { isolation, obstacle, limits: held } = environments.facts;
  if (obstacle !== null) warn(`isolation ${isolation}: ${obstacle}`);
  if (held.obstacle !== null) warn(`limits ${held.level}, which sees less than control groups: ${held.obstacle}`);
  const name = keepRunnerName(dataDirectory, null);
  await adopt(name);
  const host = new LocalHost(name, environments, rules, (problem, error) => warn(`${problem}: ${String(error)}`));
  host.resumeRemovals();
  return host;
}

/** Resolves also when the runner is away: it may come later. */
async function connect(options: OpenRunnersOptions, name: string, url: string): Promise<RunnerHost> {
  const { runnerToken: token, runnerPatienceSeconds, warn } = options;
  if (token === null) throw new Error(`the runner ${name} needs a token`);
  const host = new RemoteHost({ name, url, token, patienceMs: runnerPatienceSeconds * 1000, report: warn });
  await host.start();
  return host;
}
