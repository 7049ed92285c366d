/** The operator's link, of a server that people reach by another address than this machine does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeDataDirectory } from "./database/embedded/testing.ts";
import { spawnServer } from "./testing/spawn-server.ts";

const program = new URL("link.ts", import.meta.url).pathname;

test("a link of a server behind a proxy is asked for on this machine, and leads where people go", async () => {
  await using directory = await makeDataDirectory();
  const environment = {
    SKEIN_DATA_DIR: directory.path,
    SKEIN_ACCOUNTS: "on",
    SKEIN_ACCESS_TOKEN: "",
    SKEIN_PUBLIC_URL: "https://skein.example",
  };
  const link = (...more: string[]) =>
    promisify(execFile)(process.execPath, [program, ...more], {
      env: { PATH: process.env.PATH ?? "", ...environment },
    }).then(
      ({ stdout }) => stdout.trim(),
      (error: { stderr: string }) => error.stderr.trim(),
    );
  expect(await link()).toMatch(/^no Skein server is running on /);
  const server = await spawnServer(environment);
  expect(server.url).toBe("https://skein.example");
  expect(await link()).toMatch(/^https:\/\/skein\.example\/first-owner#[\w-]{43}$/);
  // While nobody has an account there is nobody else to let in.
  expect(await link("ada@example.org")).toMatch(/^https:\/\/skein\.example\/first-owner#/);
  await server.stop();
});
