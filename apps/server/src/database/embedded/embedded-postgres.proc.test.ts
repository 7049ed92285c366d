import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { expect, test } from "vitest";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { findPostgresPackage, prepareNativePostgres } from "./native-package.ts";
import { choosePostgresUser, type OsUser } from "./os-user.ts";
import { isAlive, readPostmasterFile, startPostmaster } from "./postmaster.ts";
import { makeDataDirectory, runScript } from "./testing.ts";

const isRoot = process.getuid?.() === 0;

async function ask(socketPath: string, setting: string): Promise<string> {
  const sql = postgres({ path: socketPath, database: "skein", user: "skein_admin", max: 1, fetch_types: false });
  try {
    const [row] = await sql`select current_setting(${setting}) as value`;
    return row?.value as string;
  } finally {
    await sql.end();
  }
}

test("a new data directory gets a durable server behind a socket, which ends with its owner", async () => {
  await using directory = await makeDataDirectory();
  const server = await startEmbeddedPostgres(directory.path);
  try {
    const settings = ["listen_addresses", "fsync", "synchronous_commit", "full_page_writes", "data_checksums"];
    const values = await Promise.all(settings.map((setting) => ask(server.socketPath, setting)));
    expect(values).toEqual(["", "on", "on", "on", "on"]);
    expect((await stat(join(server.socketPath, ".."))).mode & 0o777).toBe(0o700);
  } finally {
    await server.stop();
  }
  expect(await readPostmasterFile(join(directory.path, "postgres"))).toBeNull();
});

test.runIf(isRoot)("a server that is root runs Postgres as somebody else", async () => {
  await using directory = await makeDataDirectory();
  const server = await startEmbeddedPostgres(directory.path);
  try {
    const status = await readFile(`/proc/${server.pid()}/status`, "utf8");
    const user = await choosePostgresUser();
    expect(user?.uid).toBeGreaterThan(0);
    expect(status).toMatch(new RegExp(`^Uid:\\s+${user?.uid}\\s+${user?.uid}\\s`, "m"));
    expect(await readlink(`/proc/${server.pid()}/cwd`)).toBe(join(directory.path, "postgres"));
  } finally {
    await server.stop();
  }
});

test.runIf(isRoot)("a server that is an ordinary user runs Postgres as itself", async () => {
  const user = await choosePostgresUser();
  if (user === null) throw new Error("root has another user to switch to");
  await using directory = await makeDataDirectory(user);
  const output = await runScript(
    [
      `const server = await start(${JSON.stringify(directory.path)});`,
      `console.log(process.getuid(), server.adopted);`,
      `await server.stop();`,
    ],
    user,
  );
  expect(output).toBe(`${user.uid} false\n`);
});

test.runIf(isRoot)("binaries that Postgres's user cannot reach are copied once", async () => {
  await using hidden = await makeDataDirectory();
  await using data = await makeDataDirectory();
  const packaged = await findPostgresPackage();
  const unreachable = { ...packaged, directory: join(hidden.path, "native") };
  await cp(packaged.directory, unreachable.directory, { recursive: true, verbatimSymlinks: true });
  await chmod(hidden.path, 0o700);
  const user = await choosePostgresUser();

  const first = await prepareNativePostgres(unreachable, data.path, user);
  const made = await stat(first.directory);
  const second = await prepareNativePostgres(unreachable, data.path, user);

  expect(first).toEqual({
    directory: join(data.path, `postgres-${packaged.packageVersion}`),
    version: expect.stringMatching(/^18\./),
  });
  expect(second).toEqual(first);
  expect((await stat(second.directory)).ino).toBe(made.ino);
});

test.runIf(isRoot)(
  "a data directory that Postgres's user cannot enter is refused with the command that opens it",
  async () => {
    await using directory = await makeDataDirectory();
    await chmod(directory.path, 0o700);
    await expect(startEmbeddedPostgres(directory.path)).rejects.toThrow(`chmod o+x ${directory.path}`);
  },
);

test("a server whose owner was killed is adopted by the next", async () => {
  await using directory = await makeDataDirectory();
  const output = await runScript([
    `const server = await start(${JSON.stringify(directory.path)});`,
    `process.stdout.write(String(server.pid()), () => process.kill(process.pid, "SIGKILL"));`,
  ]);
  const server = await startEmbeddedPostgres(directory.path);
  expect({ adopted: server.adopted, pid: server.pid() }).toEqual({ adopted: true, pid: Number(output) });
  await server.stop();
  expect(await readPostmasterFile(join(directory.path, "postgres"))).toBeNull();
});

test("a running server that is not as ours would be is stopped first", async () => {
  await using directory = await makeDataDirectory();
  await (await startEmbeddedPostgres(directory.path)).stop();
  const user = await choosePostgresUser();
  const native = await prepareNativePostgres(await findPostgresPackage(), directory.path, user);
  const cluster = join(directory.path, "postgres");
  const other = await startPostmaster({ native, cluster, socketDirectory: cluster, user, settings: [] });

  const server = await startEmbeddedPostgres(directory.path);

  expect(server.adopted).toBe(false);
  expect(server.pid()).not.toBe(other);
  expect(await ask(server.socketPath, "unix_socket_directories")).toBe(join(directory.path, "run"));
  await server.stop();
});

test("a pid file that outlived its server does not hinder the start, nor harm who has the pid now", async () => {
  await using directory = await makeDataDirectory();
  await (await startEmbeddedPostgres(directory.path)).stop();
  await using stranger = startStranger(await choosePostgresUser());
  const cluster = join(directory.path, "postgres");
  const stale = [stranger.pid, cluster, "1", "5432", join(directory.path, "run"), "", "", "ready"];
  await writeFile(join(cluster, "postmaster.pid"), `${stale.join("\n")}\n`, { mode: 0o644 });

  const server = await startEmbeddedPostgres(directory.path);

  expect(server.adopted).toBe(false);
  expect(isAlive(stranger.pid)).toBe(true);
  await server.stop();
});

/** A process of Postgres's own user, beside which Postgres would refuse to start. */
function startStranger(user: OsUser | null): { readonly pid: number } & AsyncDisposable {
  const options = user === null ? {} : { uid: user.uid, gid: user.gid };
  const child = spawn("sleep", ["600"], { ...options, cwd: "/", stdio: "ignore" });
  return {
    pid: child.pid!,
    [Symbol.asyncDispose]: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

test("a database of another major version is left alone, and the message has the commands", async () => {
  await using directory = await makeDataDirectory();
  const cluster = join(directory.path, "postgres");
  await mkdir(cluster);
  await writeFile(join(cluster, "PG_VERSION"), "17\n");
  await expect(startEmbeddedPostgres(directory.path)).rejects.toThrow(
    /made by Postgres 17[\s\S]*pg_dumpall[\s\S]*psql/,
  );
  expect(await readFile(join(cluster, "PG_VERSION"), "utf8")).toBe("17\n");
});

test("a platform without binaries is told of DATABASE_URL", async () => {
  await expect(findPostgresPackage("plan9-mips")).rejects.toThrow(/plan9-mips.*DATABASE_URL/);
});
