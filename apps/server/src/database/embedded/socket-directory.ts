import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OsUser } from "./os-user.ts";

/** The name that Postgres gives its socket at its default port. */
export const socketName = ".s.PGSQL.5432";

/** `sun_path` is 108 bytes with the closing NUL on Linux, 104 on macOS. */
const maxSocketPathBytes = process.platform === "darwin" ? 103 : 107;

/**
 * A directory for the socket that only Postgres's user (and root) may enter: beside the database, or below the system's
 * temporary directory when that path would be too long. The same data directory always gives the same path, so that an orphan is found.
 */
export async function prepareSocketDirectory(dataDirectory: string, user: OsUser | null): Promise<string> {
  const directory = chooseSocketDirectory(dataDirectory, tmpdir());
  await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  // In a directory that everybody may write to, somebody else may have been first.
  const found = await lstat(directory);
  const self = process.getuid?.() ?? found.uid;
  const expected = user?.uid ?? self;
  if (!found.isDirectory() || (found.uid !== expected && found.uid !== self)) {
    throw new Error(
      `${directory} should be a directory of Skein's own for the database socket, but belongs to uid ${found.uid}; remove it`,
    );
  }
  await chmod(directory, 0o700);
  if (user !== null) await chown(directory, user.uid, user.gid);
  return directory;
}

export function chooseSocketDirectory(dataDirectory: string, temporaryDirectory: string): string {
  const beside = join(dataDirectory, "run");
  if (fits(beside)) return beside;
  const name = `skein-${createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16)}`;
  const elsewhere = [join(temporaryDirectory, name), join("/tmp", name)].find(fits);
  return elsewhere ?? beside;
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= maxSocketPathBytes;
}
