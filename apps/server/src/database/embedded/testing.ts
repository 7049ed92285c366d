/** Data directories for tests about the launcher, and processes that start it and die. */
import { spawn } from "node:child_process";
import { chmod, chown, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OsUser } from "./os-user.ts";

export interface TestDirectory extends AsyncDisposable {
  readonly path: string;
}

/** One that Postgres's user may enter too; gone at the end of the block. */
export async function makeDataDirectory(owner?: OsUser): Promise<TestDirectory> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "skein-test-")));
  await chmod(path, 0o711);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs the lines as a module in a process of its own, with `start` in scope; gives what it printed. */
export function runScript(lines: readonly string[], user?: OsUser): Promise<string> {
  const module = new URL("./embedded-postgres.ts", import.meta.url).href;
  const script = [`import { startEmbeddedPostgres as start } from ${JSON.stringify(module)};`, ...lines].join("\n");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => errors.push(bytes));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(Buffer.concat(output).toString());
      else reject(new Error(Buffer.concat(errors).toString()));
    });
  });
}
