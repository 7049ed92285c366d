/** Under which name a runner's workspaces are recorded. It belongs to the data directory, as they do. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const runnerNamePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** `configured` null: the name that the directory has, made up at the first start. Throws when it has another. */
export function keepRunnerName(dataDirectory: string, configured: string | null): string {
  const file = join(dataDirectory, "runner-name");
  const kept = readName(file);
  if (kept === null) {
    const name = configured ?? `local-${randomBytes(6).toString("hex")}`;
    writeFileSync(`${file}.new`, `${name}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return name;
  }
  if (configured === null || configured === kept) return kept;
  throw new Error(
    `the data directory ${dataDirectory} belongs to the runner ${kept}, under whose name its workspaces are known; ` +
      `name it so, or choose another directory for ${configured}`,
  );
}

function readName(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
