/**
 * How the operator's commands find the running server: a file beside its data that only the server's own user (and root)
 * can read, with the server's address and a secret that is new at every start.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const controlSchema = z.object({
  /** Where the server listens, which need not be where people go. */
  url: z.string(),
  /** The host to which it answers. */
  host: z.string(),
  secret: z.string(),
});
export type Control = z.infer<typeof controlSchema>;

const fileName = "control.json";

export async function writeControlFile(dataDirectory: string, control: Control): Promise<void> {
  const path = join(dataDirectory, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(control)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** null: no server is running on this data directory, or not as a user whose files may be read. */
export async function readControlFile(dataDirectory: string): Promise<Control | null> {
  try {
    return controlSchema.parse(JSON.parse(await readFile(join(dataDirectory, fileName), "utf8")));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES") return null;
    throw error;
  }
}

export function removeControlFile(dataDirectory: string): Promise<void> {
  return rm(join(dataDirectory, fileName), { force: true });
}
