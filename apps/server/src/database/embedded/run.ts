import { spawn } from "node:child_process";
import type { OsUser } from "./os-user.ts";

/**
 * Runs a program of Postgres to its end, as the given user, with none of the server's environment. `output` is stdout and stderr.
 * Rejects when it could not be started at all.
 */
export function run(
  program: string,
  args: readonly string[],
  user: OsUser | null,
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...postgresProcess(user), stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output: Buffer.concat(chunks).toString() }));
  });
}

/** The working directory is one that every user may enter. */
export function postgresProcess(user: OsUser | null) {
  return {
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  };
}
