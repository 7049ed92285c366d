/** The programs that only tests need: `e2e/tools`, with its own lockfile, outside the workspace. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { clearStamp, hashInputs, readStamp, writeStamp } from "./content-stamp.ts";
import { repositoryRoot } from "./repository.ts";
import { runCommand } from "./run-command.ts";

const directory = join(repositoryRoot, "e2e/tools");
const stampName = "e2e-tools";

/** Installs them when their lockfile differs from what was installed last. Rejects when that fails. */
export async function installTestTools(): Promise<void> {
  const hash = hashInputs(["e2e/tools/package.json", "e2e/tools/package-lock.json"]);
  if (readStamp(stampName) === hash && existsSync(join(directory, "node_modules"))) return;
  console.log("Installing the test tools (about 420 MB).");
  clearStamp(stampName);
  if ((await runCommand({ argv: ["npm", "ci", "--loglevel=error"], cwd: directory })) !== 0) {
    throw new Error("Installing e2e/tools failed; the output of npm above says why.");
  }
  writeStamp(stampName, hash);
}
