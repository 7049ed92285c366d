import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface NodeIdentity {
  /** The name under which this node owns threads: the same after a restart. */
  readonly nodeId: string;
  /** The data directory's own name, by which a node that was restarted is told from a second one of its name. */
  readonly home: string;
}

/** Both are kept beside the node's data. */
export async function nodeIdentity(dataDirectory: string, configured: string | null): Promise<NodeIdentity> {
  const home = await readOrMake(join(dataDirectory, "node-home"));
  return { nodeId: configured ?? (await readOrMake(join(dataDirectory, "node-id"))), home };
}

async function readOrMake(path: string): Promise<string> {
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
