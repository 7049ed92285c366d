/** The real server as tests compare with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { installedCodex, prepareCodex } from "../codex/codex-launch.ts";

export interface CodexServer {
  /** `ws://…` */
  readonly url: string;
  stop(): Promise<void>;
}

const pollMs = 50;

export async function startCodexServer(modelUrl: string): Promise<CodexServer> {
  const program = installedCodex();
  if (program === undefined) {
    throw new Error("@openai/codex is not installed: run `npm ci` in e2e/tools (the test command does)");
  }
  const directory = await mkdtemp(join(tmpdir(), "skein-codex-"));
  const { args, cwd, env, address } = await prepareCodex(directory, modelUrl);
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" });
  await ready(child, `http://${address}/readyz`);
  return {
    url: `ws://${address}`,
    stop: async () => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const isReady = async () => (await fetch(url)).ok;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("codex app-server did not start");
    await delay(pollMs);
  }
}
