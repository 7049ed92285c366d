/** What has to be made before the server can serve: the runner that goes into sandboxes, and the web app. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { clearStamp, hashInputs, readStamp, writeStamp } from "./content-stamp.ts";
import { repositoryRoot } from "./repository.ts";
import { runCommand } from "./run-command.ts";

export interface Build {
  readonly name: string;
  /** Has a `build` script; everything in it but tests and outputs is an input. */
  readonly directory: string;
  /** Workspace sources that end up in the output. */
  readonly sources: readonly string[];
}

export const runnerBuild: Build = {
  name: "runner",
  directory: "apps/runner",
  sources: ["packages/executor", "packages/core", "packages/timeline", "packages/protocol"],
};

export const webBuild: Build = {
  name: "web",
  directory: "apps/web",
  sources: ["packages/client", "packages/timeline", "packages/protocol"],
};

/** Builds when the inputs differ from those of the last successful build. Rejects with a line that names the build. */
export async function buildIfChanged(build: Build): Promise<void> {
  const hash = hashInputs([build.directory, ...build.sources, "pnpm-lock.yaml", "tsconfig.base.json"]);
  const directory = join(repositoryRoot, build.directory);
  if (readStamp(build.name) === hash && existsSync(join(directory, "dist"))) return;
  console.log(`Building ${build.directory}.`);
  clearStamp(build.name);
  const exitCode = await runCommand({ argv: [process.execPath, "--run", "build"], cwd: directory });
  if (exitCode !== 0) throw new Error(`Building ${build.directory} failed; its output above says why.`);
  writeStamp(build.name, hash);
}
