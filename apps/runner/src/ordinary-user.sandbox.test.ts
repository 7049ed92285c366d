import { execFile, spawn } from "node:child_process";
import { chownSync, lstatSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { hasBubblewrap, SandboxBench } from "./sandbox-bench.ts";

const uid = 54_322;
const secret = "hunter2-of-the-server";
const driver = join(import.meta.dirname, "server-driver.ts");

/** The project may lie below a directory that only root can enter. */
async function canReadProject(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return promisify(execFile)(process.execPath, ["-e", `require("fs").readFileSync(${JSON.stringify(driver)})`], {
    uid,
    gid: uid,
    env: {},
    cwd: "/",
  }).then(
    () => true,
    () => false,
  );
}

describe.skipIf(!hasBubblewrap || !(await canReadProject()))("a server that is an ordinary user", () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await SandboxBench.open();
  });
  afterAll(() => bench?.close());

  test("sandboxes as well as root, and passes on neither its environment nor its descriptors", async () => {
    const data = join(bench.directory, "ordinary");
    mkdirSync(data);
    chownSync(data, uid, uid);
    const key = join(bench.directory, "key");
    writeFileSync(key, secret, { mode: 0o600 });
    const result = await drive(openSync(key, "r"), [
      bench.bundle.runner,
      data,
      "id -u; touch made; mkdir .git",
      "env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'",
      "cat <&7; echo tried; readlink /proc/1/fd/* /proc/2/fd/*",
      "grep CapEff /proc/self/status; unshare -Ur true || echo refused",
      `cat ${key} || ls ${data} || echo refused`,
    ]);
    expect(result.obstacle).toBeNull();
    expect(lstatSync(result.file).uid).toBe(uid);
    expect(result.texts.join("")).not.toContain(secret);
    const [identity, , descriptors, rights, files] = result.texts;
    expect(identity).toBe("1000\n");
    expect(descriptors).toContain("Bad file descriptor\ntried\n");
    expect(descriptors).not.toContain(key);
    expect(rights).toContain("CapEff:\t0000000000000000\n");
    expect(rights).toContain("refused");
    expect(files).toContain("refused");
  });
});

/** Descriptor 7 of the driver is `leaked`, without close-on-exec, as a careless parent would leave it. */
function drive(leaked: number, args: string[]): Promise<{ obstacle: string | null; file: string; texts: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [driver, ...args], {
      uid,
      gid: uid,
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", DATABASE_URL: secret },
      stdio: ["ignore", "pipe", "pipe", "ignore", "ignore", "ignore", "ignore", leaked],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    let errors = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (errors += chunk));
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(errors))));
  });
}
