/** The real server, `codex app-server`, with a home of its own and a scripted model behind it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "../skein/free-port.ts";

export interface CodexServer {
  /** `ws://…` */
  readonly url: string;
  stop(): Promise<void>;
}

const packages = join(import.meta.dirname, "../tools/node_modules/@openai");
const pollMs = 50;

export async function startCodexServer(modelUrl: string): Promise<CodexServer> {
  const directory = await mkdtemp(join(tmpdir(), "skein-codex-"));
  const [home, workspace] = [join(directory, "home"), join(directory, "workspace")];
  await Promise.all([home, workspace].map((path) => mkdir(path)));
  await writeFile(join(home, "config.toml"), configuration(modelUrl));
  const port = await findFreePort();
  const child = spawn(program(), ["app-server", "--listen", `ws://127.0.0.1:${port}`], {
    cwd: workspace,
    env: { PATH: process.env.PATH ?? "", HOME: directory, CODEX_HOME: home },
    stdio: "ignore",
  });
  await ready(child, `http://127.0.0.1:${port}/readyz`);
  return {
    url: `ws://127.0.0.1:${port}`,
    stop: async () => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The program itself: its launcher leaves it behind when it is killed. */
function program(): string {
  const [found] = globSync("codex-*/vendor/*/bin/codex", { cwd: packages });
  if (found === undefined) {
    throw new Error("@openai/codex is not installed: run `npm ci` in e2e/tools (the test command does)");
  }
  return join(packages, found);
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const isReady = async () => (await fetch(url)).ok;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("codex app-server did not start");
    await delay(pollMs);
  }
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
