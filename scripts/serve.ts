/**
 * Makes what is missing, then becomes the server, or with `--runner` a runner for servers elsewhere. With `--dev` the web app
 * comes from Vite with hot reload, and the server starts again when its sources change.
 */
import { join } from "node:path";
import { buildIfChanged, runnerBuild, webBuild } from "./builds.ts";
import { developmentServers } from "./development.ts";
import { compileCache, repositoryRoot } from "./repository.ts";
import { provideTools, serverTools } from "./system-tools.ts";

const main = join(repositoryRoot, "apps/server/src/main.ts");
const runner = join(repositoryRoot, "apps/runner/src/serve.ts");
const endWithLauncher = join(repositoryRoot, "scripts/end-with-launcher.ts");

const environment = { ...process.env, ...compileCache };

async function serve(): Promise<void> {
  provideTools(serverTools);
  await Promise.all([buildIfChanged(runnerBuild), buildIfChanged(webBuild)]);
  become(main);
}

async function serveRunner(): Promise<void> {
  provideTools(serverTools);
  await buildIfChanged(runnerBuild);
  become(runner);
}

function become(program: string): void {
  // Becoming the server, instead of starting it, leaves nobody in between to forward signals and exit codes.
  if (process.execve === undefined) throw new Error("Skein runs on Linux and macOS; on Windows use it inside WSL.");
  process.execve(process.execPath, [process.execPath, "--import", endWithLauncher, program], environment);
}

async function serveForDevelopment(): Promise<void> {
  await import("./end-with-launcher.ts");
  provideTools(serverTools);
  await buildIfChanged(runnerBuild);
  process.exitCode = await developmentServers(main, environment);
}

try {
  if (process.argv.includes("--dev")) await serveForDevelopment();
  else await (process.argv.includes("--runner") ? serveRunner() : serve());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
