/** How the sandbox tests run commands and read them. */
import type { CommandSpec, ProcessExit, RunningProcess } from "@skein/core/ports";
import type { HostEnvironment } from "@skein/executor/host/runner-host";

export const readOnly: CommandSpec["policy"] = { type: "readOnly", networkAccess: false };
export const fullAccess: CommandSpec["policy"] = { type: "dangerFullAccess" };
export const workspaceWrite: CommandSpec["policy"] = {
  type: "workspaceWrite",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
};

export interface Outcome extends ProcessExit {
  readonly bytes: Buffer;
  readonly text: string;
}

let lastProcess = 0;

export function commandSpec(
  environment: Pick<HostEnvironment, "info">,
  command: string | readonly string[],
  changes: Partial<CommandSpec> = {},
): CommandSpec {
  return {
    processId: `process-${++lastProcess}`,
    argv: typeof command === "string" ? [environment.info.shell, "-c", command] : command,
    cwd: environment.info.root,
    env: {},
    tty: null,
    policy: workspaceWrite,
    ...changes,
  };
}

/** A string is a line for the shell. */
export async function run(
  environment: HostEnvironment,
  command: string | readonly string[],
  changes: Partial<CommandSpec> = {},
): Promise<Outcome> {
  return finish(await environment.start(commandSpec(environment, command, changes)));
}

export async function finish(process: RunningProcess): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.output) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { ...(await process.exit), bytes, text: bytes.toString() };
}

/** Reads on until the output so far satisfies `enough`; fails when it ends before. */
export class OutputReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  text = "";

  constructor(process: RunningProcess) {
    this.#iterator = process.output[Symbol.asyncIterator]();
  }

  async until(enough: (text: string) => boolean): Promise<string> {
    while (!enough(this.text)) {
      const next = await this.#iterator.next();
      if (next.done === true) throw new Error(`the output ended with ${JSON.stringify(this.text)}`);
      this.text += Buffer.from(next.value).toString("latin1");
    }
    return this.text;
  }

  async rest(): Promise<string> {
    for (let next = await this.#iterator.next(); next.done !== true; next = await this.#iterator.next()) {
      this.text += Buffer.from(next.value).toString("latin1");
    }
    return this.text;
  }
}
