/** The stock terminal client in a terminal of its own, with a home of its own, so that nobody's configuration matters. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Program, Terminal } from "./terminal.ts";

const script = join(import.meta.dirname, "../tools/node_modules/@openai/codex/bin/codex.js");
const tokenVariable = "SKEIN_ACCESS_TOKEN";

/** It asks nobody but the server that it is pointed at. */
const configuration = `check_for_update_on_startup = false

[analytics]
enabled = false
`;

export interface StockClientOptions {
  /** For its home and its terminal; made when absent, and to be removed by the caller. */
  readonly directory: string;
  /** `ws://…` */
  readonly url: string;
  readonly token: string;
  /** What stands before the options, e.g. `resume <thread>`. */
  readonly command?: readonly string[];
}

export async function openStockClient({ directory, url, token, command = [] }: StockClientOptions): Promise<Terminal> {
  const home = join(directory, "home");
  const configurationFolder = join(home, ".codex");
  const cwd = join(home, "project");
  await Promise.all([configurationFolder, cwd].map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(configurationFolder, "config.toml"), configuration);
  const program: Program = {
    argv: [process.execPath, script, ...command, "--remote", url, "--remote-auth-token-env", tokenVariable],
    cwd,
    environment: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
      HOME: home,
      CODEX_HOME: configurationFolder,
      [tokenVariable]: token,
    },
  };
  return await Terminal.open(directory, program);
}
