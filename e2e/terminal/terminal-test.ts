/** `test` with a server per file, and stock clients that reach it through a proxy whose frames are all judged. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "vitest";
import { complaintsAbout } from "../conformance/frame-check.ts";
import { ServerProcess } from "../skein/server-process.ts";
import { RecordingProxy } from "./recording-proxy.ts";
import { openStockClient } from "./stock-client.ts";
import type { Terminal } from "./terminal.ts";

interface Fixtures {
  /** Further variables of the server's. */
  readonly environment: Readonly<Record<string, string>>;
  /** With the demo model. */
  readonly server: ServerProcess;
  readonly proxy: RecordingProxy;
  /** A client in a terminal; `command` stands before its options. */
  readonly open: (...command: readonly string[]) => Promise<Terminal>;
}

export const token = "a token of the terminal tests";

export const test = base.extend<Fixtures>({
  environment: [{}, { scope: "file" }],
  server: [
    async ({ environment }, use) => {
      const variables = { SKEIN_ACCESS_TOKEN: token, LOG_LEVEL: "warn", ...environment };
      const server = await ServerProcess.prepare(() => variables);
      await server.start();
      await use(server);
      await server.dispose();
    },
    { scope: "file" },
  ],
  proxy: async ({ server }, use) => {
    const proxy = await RecordingProxy.listen(server.url.replace(/^http/, "ws"));
    await use(proxy);
    await proxy.close();
    expect(await complaintsAbout(proxy.frames)).toEqual([]);
  },
  open: async ({ proxy }, use) => {
    const directory = await mkdtemp(join(tmpdir(), "skein-terminal-"));
    const terminals: Terminal[] = [];
    await use(async (...command) => {
      const own = await mkdtemp(join(directory, "client-"));
      const terminal = await openStockClient({ directory: own, url: proxy.url, token, command });
      terminals.push(terminal);
      return terminal;
    });
    await proxy.answered();
    for (const terminal of terminals) await terminal.close();
    await rm(directory, { recursive: true, force: true });
  },
});
