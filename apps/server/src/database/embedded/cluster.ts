import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { NativePostgres } from "./native-package.ts";
import type { OsUser } from "./os-user.ts";
import { run } from "./run.ts";

/** The superuser of the embedded cluster; used to set it up, never by requests. */
export const superuser = "skein_admin";

/** Those who may log in, each from the operating system's user of this server and from nobody else. */
export const loginRoles = [superuser, "skein_owner", "skein_app", "skein_log"] as const;

/**
 * Makes sure that `directory` holds a cluster of the same major version as the binaries. A new one is made beside it and renamed
 * when it is whole, so that a crash leaves nothing half-made.
 */
export async function ensureCluster(directory: string, native: NativePostgres, user: OsUser | null): Promise<void> {
  const found = await readMajor(directory);
  const wanted = native.version.split(".")[0];
  if (found !== null && found !== wanted) throw new Error(describeOtherMajor(directory, found, native));
  if (found === null) await initialise(directory, native, user);
  await writeAuthentication(directory, user);
}

async function readMajor(directory: string): Promise<string | null> {
  try {
    return (await readFile(join(directory, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function initialise(directory: string, native: NativePostgres, user: OsUser | null): Promise<void> {
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== null) await chown(unfinished, user.uid, user.gid);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const args = ["-D", unfinished, "-U", superuser, "--auth=peer", "--data-checksums", ...locale];
  const { exitCode, output } = await run(join(native.directory, "bin/initdb"), args, user);
  if (exitCode !== 0) throw new Error(`initdb could not make a database in ${dirname(directory)}: ${output.trim()}`);
  await rename(unfinished, directory);
}

/** Peer authentication over the socket: no password exists, and reaching the socket is not enough. */
async function writeAuthentication(directory: string, user: OsUser | null): Promise<void> {
  const self = userInfo().username.replaceAll('"', '""');
  const identities = loginRoles.map((role) => `skein "${self}" ${role}\n`).join("");
  for (const [name, text] of [
    ["pg_hba.conf", "local all all peer map=skein\n"],
    ["pg_ident.conf", identities],
  ] as const) {
    const path = join(directory, name);
    await writeFile(path, text, { mode: 0o600 });
    if (user !== null) await chown(path, user.uid, user.gid);
  }
}

function describeOtherMajor(directory: string, found: string, native: NativePostgres): string {
  const wanted = native.version.split(".")[0];
  return [
    `the database in ${directory} was made by Postgres ${found}, and this version of Skein brings Postgres ${wanted}.`,
    "Nothing was changed. To move the data, with the programs of a Postgres of each version at hand:",
    `  postgres-${found}/bin/pg_ctl -D ${directory} -o "-k /tmp -c listen_addresses=" -w start`,
    `  postgres-${wanted}/bin/pg_dumpall -h /tmp -U ${superuser} > skein.sql`,
    `  postgres-${found}/bin/pg_ctl -D ${directory} -w stop`,
    `  mv ${directory} ${directory}-${found}`,
    "  start Skein once and stop it again, which makes an empty database, then",
    `  postgres-${wanted}/bin/pg_ctl -D ${directory} -o "-k /tmp -c listen_addresses=" -w start`,
    `  psql -h /tmp -U ${superuser} -d postgres -c 'DROP DATABASE skein' && psql -h /tmp -U ${superuser} -d postgres -f skein.sql`,
    `  postgres-${wanted}/bin/pg_ctl -D ${directory} -w stop`,
  ].join("\n");
}
