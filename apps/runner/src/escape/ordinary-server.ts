/** A server without rights, as far as attacks need one: a process of its own with another uid, started carelessly. */
import { execFile, spawn } from "node:child_process";
import { chownSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SandboxBench } from "../sandbox-bench.ts";
import { secret } from "./false-host.ts";

const uid = 1234;
const driver = join(import.meta.dirname, "../server-driver.ts");
const run = promisify(execFile);

/** Only root can start another user's process, and the project may lie below a directory that only root can enter. */
export async function canServe(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const look = ["-e", `require("fs").readFileSync(${JSON.stringify(driver)})`];
  return run(process.execPath, look, { uid, gid: uid, env: {}, cwd: "/" }).then(
    () => true,
    () => false,
  );
}

/** What the scripts said. `leaked`: a file that whoever started the server left open for it; its environment holds the secret. */
export async function serveAsOrdinaryUser(
  bench: SandboxBench,
  leaked: string,
  scripts: readonly string[],
): Promise<string[]> {
  const data = join(bench.directory, "ordinary");
  mkdirSync(data);
  chownSync(data, uid, uid);
  const descriptor = openSync(leaked, "r");
  const child = spawn(process.execPath, [driver, bench.bundle.runner, data, ...scripts], {
    ...{ uid, gid: uid, cwd: "/", env: { PATH: "/usr/bin:/bin", DATABASE_URL: secret } },
    stdio: ["ignore", "pipe", "inherit", "ignore", "ignore", "ignore", "ignore", descriptor],
  });
  closeSync(descriptor);
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`the server ended with ${code}`);
  return (JSON.parse(output) as { texts: string[] }).texts;
}
