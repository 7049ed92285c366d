/** Skein with an embedded database in a directory of its own. */
import { join } from "node:path";
import { findFreePort } from "../../e2e/skein/free-port.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { Program } from "./program.ts";
import { costOf, type StartServer } from "./server.ts";
import { repeatSkeinTurns } from "./skein-long-thread.ts";

const entry = join(import.meta.dirname, "../../apps/server/src/main.ts");
const token = "a-token-of-the-bench";

/** `nodeArgs`: for a profiler. */
export function skein(nodeArgs: readonly string[] = []): StartServer {
  return async ({ modelUrl, directory }) => {
    const port = await findFreePort();
    const dataDirectory = join(directory, "data");
    const program = new Program({
      command: process.execPath,
      args: ["--inspect-port=0", ...nodeArgs, entry],
      cwd: directory,
      env: {
        HOME: directory,
        PORT: String(port),
        SKEIN_DATA_DIR: dataDirectory,
        SKEIN_ACCESS_TOKEN: token,
        SKEIN_MODEL: "gpt-5.5",
        // What it can do is measured, not what one connection may.
        SKEIN_RATE_REQUESTS_PER_CONNECTION: "off",
        SKEIN_RATE_INBOUND_KB: "off",
        SKEIN_CONNECTIONS_PER_NODE: "off",
        OPENAI_BASE_URL: modelUrl,
        LOG_LEVEL: "warn",
      },
    });
    try {
      await program.ready(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
    } catch (error) {
      // What it is still writing could not be cleared away.
      await program.stop();
      throw error;
    }
    return {
      url: `ws://127.0.0.1:${port}`,
      headers: { authorization: `Bearer ${token}` },
      dataDirectory,
      repeatTurns: repeatSkeinTurns,
      cost: () => costOf(program),
      settle: () => collectGarbage(program),
      stop: () => program.stop(),
    };
  };
}
