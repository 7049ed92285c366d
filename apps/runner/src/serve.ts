/** A runner for nodes on other machines: it holds workspaces, and runs their commands for whoever shows the token. */
import { chmodSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createLocalEnvironments } from "@skein/executor/environment/local-environments";
import { LocalHost } from "@skein/executor/host/local-host";
import { keepRunnerName } from "@skein/executor/host/runner-name";
import { type RunnerServer, startRunnerServer } from "@skein/executor/serve/runner-server";
import { locateRunnerBundle } from "./locate.ts";
import { readServeConfig, type ServeConfig } from "./serve-config.ts";

/** A bundle elsewhere than this installation's. */
const [, , bundle] = process.argv;

try {
  const config = readServeConfig(process.env, process.getuid?.() === 0);
  // Nothing that this process starts can read the secret from its environment.
  delete process.env.SKEIN_RUNNER_TOKEN;
  const { server, name } = await serve(config);
  stopOnSignal(server);
  console.log(`The runner ${name} is ready at ${server.url}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function serve(config: ServeConfig): Promise<{ server: RunnerServer; name: string }> {
  const dataDirectory = prepareDirectory(config.dataDirectory);
  const { allowUnsandboxed, bubblewrapPath, internalHosts, limits, tokenFile, workspaceRoots } = config;
  const environments = await createLocalEnvironments({
    ...{ dataDirectory, allowUnsandboxed, bubblewrapPath, internalHosts, limits },
    bundle: locateRunnerBundle(bundle),
  });
  const { obstacle, limits: held } = environments.facts;
  if (obstacle !== null) console.error(obstacle);
  if (held.obstacle !== null)
    console.error(`limits ${held.level}, which sees less than control groups: ${held.obstacle}`);
  const name = keepRunnerName(dataDirectory, config.name);
  const privatePaths = tokenFile === null ? [] : [tokenFile];
  const rules = { dataDirectory, roots: workspaceRoots, privatePaths, reservedUids: [] };
  const report = (problem: string, error: unknown) => console.error(`${problem}:`, error);
  const host = new LocalHost(name, environments, rules, report);
  host.resumeRemovals();
  const { host: address, port, token } = config;
  return { server: await startRunnerServer({ host, address, port, token, report }), name };
}

/** As root others may pass, for workspaces below it belong to users of their own; else it is nobody else's business. */
function prepareDirectory(path: string): string {
  const isRoot = process.getuid?.() === 0;
  if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, isRoot ? 0o711 : 0o700);
  mkdirSync(join(path, "workspaces"), { recursive: true });
  return realpathSync(path);
}

/** The second signal ends the process at once. */
function stopOnSignal(server: RunnerServer): void {
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
