/** What the sandbox tests share: a freshly built runner, a data directory of its own, workspaces and commands in them. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandSpec, ProcessExit, RunningProcess } from "@skein/core/ports";
import type { LocalEnvironment } from "@skein/executor/environment/local-environment";
import {
  createLocalEnvironments,
  type LocalEnvironments,
  type LocalEnvironmentsOptions,
} from "@skein/executor/environment/local-environments";
import { createWorkspaceDirectory } from "@skein/executor/workspace/create-directory";
import { deriveTenantOwner } from "@skein/executor/workspace/tenant-owner";
import type { WorkspaceDirectory } from "@skein/executor/workspace/workspace";
import { build } from "rolldown";
import configuration from "../rolldown.config.ts";
import { locateRunnerBundle } from "./locate.ts";

/** Reason to skip; the sandbox tests prove nothing on a machine without bubblewrap. */
export const hasBubblewrap = existsSync("/usr/bin/bwrap");
if (!hasBubblewrap) console.warn("bubblewrap is not installed: the sandbox tests are skipped");

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

export class SandboxBench {
  readonly directory: string;
  readonly environments: LocalEnvironments;
  readonly bundle: ReturnType<typeof locateRunnerBundle>;
  #made = 0;

  private constructor(
    directory: string,
    bundle: ReturnType<typeof locateRunnerBundle>,
    environments: LocalEnvironments,
  ) {
    this.directory = directory;
    this.bundle = bundle;
    this.environments = environments;
  }

  static async open(options: Partial<LocalEnvironmentsOptions> = {}): Promise<SandboxBench> {
    const directory = mkdtempSync(join(tmpdir(), "skein-"));
    chmodSync(directory, 0o711);
    const runner = join(directory, "runner.js");
    await build({ ...configuration, logLevel: "silent", output: { file: runner, format: "esm" } });
    const bundle = locateRunnerBundle(runner);
    const defaults = { dataDirectory: directory, bundle, allowUnsandboxed: false };
    return new SandboxBench(directory, bundle, await createLocalEnvironments({ ...defaults, ...options }));
  }

  workspace(tenantId = "tenant"): WorkspaceDirectory {
    const owner = deriveTenantOwner(tenantId === "tenant" ? 0 : 1);
    const name = `project-${++this.#made}`;
    return createWorkspaceDirectory({ id: name, name, tenantId, dataDirectory: this.directory, owner });
  }

  /** A thread of its own, in a workspace of its own unless one is given. */
  async thread(workspace = this.workspace()): Promise<LocalEnvironment> {
    return this.environments.open(workspace, `thread-${++this.#made}`, 1);
  }

  async close(): Promise<void> {
    await this.environments.closeAll();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

let lastProcess = 0;

export function commandSpec(
  environment: LocalEnvironment,
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
  environment: LocalEnvironment,
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
