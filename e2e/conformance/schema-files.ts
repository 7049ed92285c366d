/**
 * The official JSON Schema, written by the pinned Codex package itself. It is generated once per version into a cache beside
 * this folder; nothing of it is checked in.
 */
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export type Surface = "stable" | "experimental";

const run = promisify(execFile);
const e2eFolder = fileURLToPath(new URL("..", import.meta.url));
const packageFolder = join(e2eFolder, "tools/node_modules/@openai/codex");
const cacheFolder = join(e2eFolder, ".cache/official-schema");

/** The folder with `ClientRequest.json`, `v2/…` and the rest. Rejects with the way out where the package is not installed. */
export async function officialSchemaFolder(surface: Surface): Promise<string> {
  const folder = join(cacheFolder, `${await pinnedVersion()}-${surface}`);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const draft = await mkdtemp(join(cacheFolder, "draft-"));
  try {
    await generate(surface, draft);
    await rename(join(draft, "schema"), folder).catch(async (error: unknown) => {
      // Another test process was faster; its result is the same.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** The program gets a home of its own, so that a developer's own configuration cannot matter. */
async function generate(surface: Surface, draft: string): Promise<void> {
  const out = join(draft, "schema");
  const home = join(draft, "home");
  await mkdir(home);
  const flags = surface === "experimental" ? ["--experimental"] : [];
  const script = join(packageFolder, "bin/codex.js");
  await run(process.execPath, [script, "app-server", "generate-json-schema", ...flags, "--out", out], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, HOME: home, CODEX_HOME: home },
  });
}

async function pinnedVersion(): Promise<string> {
  const manifest = await readFile(join(packageFolder, "package.json"), "utf8").catch(() => {
    throw new Error("@openai/codex is not installed: run `npm ci` in e2e/tools (the test command does)");
  });
  return (JSON.parse(manifest) as { version: string }).version;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
