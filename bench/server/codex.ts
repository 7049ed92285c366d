/** The real server: `codex app-server`, as npm ships it. */
import { existsSync, globSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { repeatCodexTurns } from "./codex-long-thread.ts";
import { freePort, Program } from "./program.ts";
import { costOf, type StartServer } from "./server.ts";

const settleMs = 3_000;
const tools = join(import.meta.dirname, "../../e2e/tools/node_modules/@openai");

/** The program itself, not its launcher, whose CPU time is no server's. */
export function findCodex(given: string | undefined): string {
  const found = given ?? globSync("codex-*/vendor/*/bin/codex", { cwd: tools }).map((path) => join(tools, path))[0];
  if (found === undefined || !existsSync(found)) {
    throw new Error(
      "there is no codex to compare with: run `npm ci` in e2e/tools, name one by --codex, or leave it out",
    );
  }
  return found;
}

export function codex(command: string): StartServer {
  return async ({ modelUrl, directory }) => {
    const [home, workspace] = [join(directory, "home"), join(directory, "workspace")];
    await Promise.all([mkdir(home), mkdir(workspace)]);
    await writeFile(join(home, "config.toml"), configuration(modelUrl));
    const port = await freePort();
    const program = new Program({
      command,
      args: ["app-server", "--listen", `ws://127.0.0.1:${port}`],
      cwd: workspace,
      env: { HOME: directory, CODEX_HOME: home },
    });
    await program.ready(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
    return {
      url: `ws://127.0.0.1:${port}`,
      headers: {},
      dataDirectory: home,
      repeatTurns: repeatCodexTurns,
      cost: () => costOf(program),
      settle: () => delay(settleMs),
      stop: () => program.stop(),
    };
  };
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
