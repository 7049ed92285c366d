/**
 * Makes what is missing, then becomes the server. With `--dev` the web app comes from Vite with hot reload, and the
 * server starts again when its sources change.
 */
import { join } from "node:path";
import { buildIfChanged, runnerBuild, webBuild } from "./builds.ts";
import { developmentServers } from "./development.ts";
import { cacheDirectory, repositoryRoot } from "./repository.ts";
import { provideTools, serverTools } from "./system-tools.ts";

const main = join(repositoryRoot, "apps/server/src/main.ts");
const endWithLauncher = join(repositoryRoot, "scripts/end-with-launcher.ts");

/** Node keeps compiled code, types already stripped, between starts. */
const environment = { ...process.env, NODE_COMPILE_CACHE: join(cacheDirectory, "compile") };

async function serve(): Promise<void> {
  provideTools(serverTools);
  await Promise.all([buildIfChanged(runnerBuild), buildIfChanged(webBuild)]);
  // Becoming the server, instead of starting it, leaves nobody in between to forward signals and exit codes.
  if (process.execve === undefined) throw new Error("Skein runs on Linux and macOS; on Windows use it inside WSL.");
  process.execve(process.execPath, [process.execPath, "--import", endWithLauncher, main], environment);
}

async function serveForDevelopment(): Promise<void> {
  await import("./end-with-launcher.ts");
  provideTools(serverTools);
  await buildIfChanged(runnerBuild);
  process.exitCode = await developmentServers(main, environment);
}

try {
  await (process.argv.includes("--dev") ? serveForDevelopment() : serve());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
