/** The server's secret where the configuration names none: made on the first start, and kept in the data directory. */
import { randomBytes, randomUUID } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const fileName = "secret";

/** null: there is none, because the configuration has always named one. */
export function findOwnSecret(dataDirectory: string): Promise<string | null> {
  return readSecret(join(dataDirectory, fileName));
}

export async function ensureOwnSecret(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, fileName);
  const known = await readSecret(path);
  if (known !== null) return known;
  const made = `${path}.${randomUUID()}`;
  const file = await open(made, "wx", 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString("base64url")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // Of two that come at once, both read the one that was first.
  await link(made, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(made, { force: true });
  const secret = await readSecret(path);
  if (secret === null) throw new Error(`the server's secret could not be kept in ${path}`);
  return secret;
}

/** null: there is none. */
async function readSecret(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const secret = text.trim();
  if (secret.length < 32)
    throw new Error(`${path} does not hold the server's secret any more; restore it from a backup`);
  return secret;
}
