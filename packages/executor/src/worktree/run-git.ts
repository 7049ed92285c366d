import { execFileSync } from "node:child_process";

/** The message is for the person who asked. */
export class GitRefused extends Error {
  override readonly name = "GitRefused";
}

const settings = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false"];
const identity = { name: "Skein", email: "skein@localhost" };
const maxOutputBytes = 64 * 1024 * 1024;

/** Runs Git on a repository of the tenant's, without its hooks. Gives what it prints, or null when it says no. */
export function askGit(directory: string, ...args: readonly string[]): string | null {
  try {
    const options = settings.flatMap((setting) => ["-c", setting]);
    return execFileSync("git", ["-C", directory, ...options, ...args], {
      env: {
        ...process.env,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        ...{ GIT_AUTHOR_NAME: identity.name, GIT_AUTHOR_EMAIL: identity.email },
        ...{ GIT_COMMITTER_NAME: identity.name, GIT_COMMITTER_EMAIL: identity.email },
      },
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
      maxBuffer: maxOutputBytes,
    }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new GitRefused("the runner has no Git; its operator can install it");
    return null;
  }
}

/** As `askGit`; throws `GitRefused` with `otherwise` when Git says no. */
export function runGit(otherwise: string, directory: string, ...args: readonly string[]): string {
  const output = askGit(directory, ...args);
  if (output === null) throw new GitRefused(otherwise);
  return output;
}
