/** The API with restart on change, and Vite beside it; when one ends, so does the other. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "./repository.ts";

const webDirectory = join(repositoryRoot, "apps/web");

/** Resolves with the exit code of whichever ended first. */
export async function developmentServers(main: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const host = environment.HOST || "127.0.0.1";
  const port = environment.PORT || "4500";
  const api = start([process.execPath, "--watch", "--watch-preserve-output", main], repositoryRoot, environment);
  // Vite's own file and not its command, which is a shell script that keeps signals to itself.
  const viteFile = join(webDirectory, "node_modules/vite/bin/vite.js");
  const vite = start([process.execPath, viteFile, "--host", host], webDirectory, {
    ...environment,
    SKEIN_DEV_SERVER: `http://${host}:${port}`,
  });
  console.log("Sign in with the link below, then open Vite's address for hot reload.");
  const children = [api, vite];
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  }
  const code = await Promise.race(children.map(exitCode));
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map(exitCode));
  return code;
}

function start(argv: readonly [string, ...string[]], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const [program, ...parameters] = argv;
  return spawn(program, parameters, { cwd, env, stdio: "inherit" });
}

async function exitCode(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? 1;
}
