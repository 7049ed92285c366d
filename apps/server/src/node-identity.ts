import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The name under which this node owns threads: the same after a restart, because it is kept beside the node's data. */
export async function nodeIdentity(dataDirectory: string, configured: string | null): Promise<string> {
  if (configured !== null) return configured;
  const path = join(dataDirectory, "node-id");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const id = crypto.randomUUID();
  await writeFile(`${path}.new`, `${id}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return id;
}
