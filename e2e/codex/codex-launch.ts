/** How the real server, `codex app-server`, is started: with a home of its own, so that nobody's configuration matters, and a scripted model behind it. */
import { globSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "../skein/free-port.ts";

export interface CodexLaunch {
  readonly args: readonly string[];
  /** Empty. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  /** `127.0.0.1:…`; over HTTP it answers `/readyz`. */
  readonly address: string;
}

const packages = join(import.meta.dirname, "../tools/node_modules/@openai");

/** The program itself: its launcher leaves it behind when it is killed, and its CPU time is no server's. undefined: it is not installed. */
export function installedCodex(): string | undefined {
  const [found] = globSync("codex-*/vendor/*/bin/codex", { cwd: packages });
  return found === undefined ? undefined : join(packages, found);
}

/** `directory`: an empty one, the server's own. */
export async function prepareCodex(directory: string, modelUrl: string): Promise<CodexLaunch> {
  const [home, cwd] = [join(directory, "home"), join(directory, "workspace")];
  await Promise.all([home, cwd].map((path) => mkdir(path)));
  await writeFile(join(home, "config.toml"), configuration(modelUrl));
  const address = `127.0.0.1:${await findFreePort()}`;
  const env = { HOME: directory, CODEX_HOME: home };
  return { args: ["app-server", "--listen", `ws://${address}`], cwd, env, home, address };
}

function configuration(modelUrl: string): string {
  return `model = "gpt-5.5"
model_provider = "scripted"
approval_policy = "never"
sandbox_mode = "read-only"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "${modelUrl}"
wire_api = "responses"
requires_openai_auth = false

[analytics]
enabled = false
`;
}
