/** The real server: `codex app-server`, as npm ships it. */
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { installedCodex, prepareCodex } from "../../e2e/codex/codex-launch.ts";
import { repeatCodexTurns } from "./codex-long-thread.ts";
import { Program } from "./program.ts";
import { costOf, type StartServer } from "./server.ts";

const settleMs = 3_000;

export function findCodex(given: string | undefined): string {
  const found = given ?? installedCodex();
  if (found === undefined || !existsSync(found)) {
    throw new Error(
      "there is no codex to compare with: run `npm ci` in e2e/tools, name one by --codex, or leave it out",
    );
  }
  return found;
}

export function codex(command: string): StartServer {
  return async ({ modelUrl, directory }) => {
    const { args, cwd, env, home, address } = await prepareCodex(directory, modelUrl);
    const program = new Program({ command, args, cwd, env });
    await program.ready(async () => (await fetch(`http://${address}/readyz`)).ok);
    return {
      url: `ws://${address}`,
      headers: {},
      dataDirectory: home,
      repeatTurns: repeatCodexTurns,
      cost: () => costOf(program),
      settle: () => delay(settleMs),
      stop: () => program.stop(),
    };
  };
}
