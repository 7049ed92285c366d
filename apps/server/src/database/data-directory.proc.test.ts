import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockDataDirectory, prepareDataDirectory } from "./data-directory.ts";
import { makeDataDirectory } from "./embedded/testing.ts";

test("a new data directory is nobody else's to list", async () => {
  await using parent = await makeDataDirectory();
  const path = join(parent.path, "a/b");
  await prepareDataDirectory(path);
  expect((await stat(path)).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
});

test("one server at a time holds a data directory", async () => {
  await using directory = await makeDataDirectory();
  const lock = lockDataDirectory(directory.path);
  expect(() => lockDataDirectory(directory.path)).toThrow(/another Skein server is using/);
  lock.release();
  lockDataDirectory(directory.path).release();
});

test("a killed server's lock is gone with it", async () => {
  await using directory = await makeDataDirectory();
  const module = new URL("./data-directory.ts", import.meta.url).href;
  const script = `import { lockDataDirectory } from ${JSON.stringify(module)};
    globalThis.lock = lockDataDirectory(${JSON.stringify(directory.path)}); console.log("held"); setInterval(() => {}, 1e6);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(holder, "exit");
  await once(holder.stdout, "data");
  expect(() => lockDataDirectory(directory.path)).toThrow(/another Skein server is using/);
  holder.kill("SIGKILL");
  await gone;
  lockDataDirectory(directory.path).release();
});
