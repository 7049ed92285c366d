/**
 * A server as far as a sandbox test needs one, in a process of its own: it opens a workspace, runs scripts in it and prints what
 * they said.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLocalEnvironments } from "@skein/executor/environment/local-environments";
import { createWorkspaceDirectory } from "@skein/executor/workspace/create-directory";
import { deriveTenantOwner } from "@skein/executor/workspace/tenant-owner";
import { locateRunnerBundle } from "./locate.ts";
import { run } from "./sandbox-command.ts";

const [runner, dataDirectory, ...scripts] = process.argv.slice(2);
if (runner === undefined || dataDirectory === undefined)
  throw new Error("usage: driver RUNNER DATA_DIRECTORY SCRIPT...");

mkdirSync(dataDirectory, { recursive: true });
const bundle = locateRunnerBundle(runner);
const environments = await createLocalEnvironments({ dataDirectory, bundle, allowUnsandboxed: false });
const owner = deriveTenantOwner(0);
const workspace = createWorkspaceDirectory({ id: "w", name: "app", tenantId: "t", dataDirectory, owner });
const environment = await environments.open(workspace, "thread", 1);
const texts: string[] = [];
for (const script of scripts) texts.push((await run(environment, script)).text);
await environments.closeAll();
process.stdout.write(
  JSON.stringify({ obstacle: environments.facts.obstacle, file: join(workspace.hostPath, "made"), texts }),
);
