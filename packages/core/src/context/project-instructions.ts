/**
 * The instruction files of a project: in every directory from the workspace's root down to the current one
 * AGENTS.override.md, or else AGENTS.md. The nearer file comes later and so has the last word. Together they may take
 * 32 KiB; the file that crosses the bound is cut, those below it are left out, and a warning names them.
 */
import type { Environment } from "../ports.ts";

export interface ProjectInstructions {
  /** null: there are none. */
  readonly text: string | null;
  /** Absolute paths of the files that count, outermost first. */
  readonly sources: readonly string[];
  readonly warnings: readonly string[];
}

const fileNames = ["AGENTS.override.md", "AGENTS.md"];
const maxTotalBytes = 32 * 1024;
const maxFileBytes = 1024 * 1024;

export async function readProjectInstructions(environment: Environment, cwd: string): Promise<ProjectInstructions> {
  const texts: string[] = [];
  const sources: string[] = [];
  const warnings: string[] = [];
  let leftBytes = maxTotalBytes;
  for (const directory of directoriesBetween(environment.info.root, cwd)) {
    const file = await readFirst(environment, directory, warnings);
    if (file === null || file.bytes.length === 0) continue;
    if (leftBytes === 0) {
      warnings.push(`${file.path} was left out: the project's instructions exceed ${maxTotalBytes} bytes.`);
      continue;
    }
    const kept = file.bytes.subarray(0, leftBytes);
    if (kept.length < file.bytes.length) {
      warnings.push(`${file.path} was cut to ${kept.length} of ${file.bytes.length} bytes.`);
    }
    leftBytes -= kept.length;
    texts.push(decodeCut(kept).trim());
    sources.push(file.path);
  }
  return { text: texts.length === 0 ? null : texts.join("\n\n"), sources, warnings };
}

/** From `root` down to `cwd`, both included; `cwd` alone when it is not below `root`. */
export function directoriesBetween(root: string, cwd: string): readonly string[] {
  const base = root.replace(/\/+$/, "");
  if (cwd !== root && cwd !== base && !cwd.startsWith(`${base}/`)) return [cwd];
  const names = cwd
    .slice(base.length)
    .split("/")
    .filter((name) => name !== "");
  const below = names.map((_, index) => `${base}/${names.slice(0, index + 1).join("/")}`);
  return [base === "" ? "/" : base, ...below];
}

async function readFirst(
  environment: Environment,
  directory: string,
  warnings: string[],
): Promise<{ path: string; bytes: Uint8Array } | null> {
  for (const name of fileNames) {
    const path = `${directory === "/" ? "" : directory}/${name}`;
    try {
      const bytes = await environment.readFile(path, maxFileBytes);
      if (bytes !== null) return { path, bytes };
    } catch (error) {
      // A directory of that name is nobody's instruction file.
      if (error instanceof Error && "code" in error && error.code === "EISDIR") continue;
      warnings.push(`${path} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return null;
}

/** Invalid bytes become U+FFFD; a character that the cut split is dropped. */
function decodeCut(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes, { stream: true });
}
