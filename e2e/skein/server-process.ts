/**
 * A Skein server as a process of its own, over a data directory of its own: what a person gets from `npm start`. It can
 * be stopped, killed and started again on the same address and the same data.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { findFreePort } from "./free-port.ts";

const main = join(import.meta.dirname, "../../apps/server/src/main.ts");
const link = join(import.meta.dirname, "../../apps/server/src/link.ts");
/** Kept from a server's output, to be shown when it does not start. */
const keptLines = 40;

export class ServerProcess {
  readonly port: number;
  readonly dataDirectory: string;
  /** The directory around the data directory, open to every user; gone after `dispose`. */
  readonly home: string;
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | null = null;
  #link = "";

  private constructor(home: string, port: number, variables: Readonly<Record<string, string>>) {
    this.home = home;
    this.port = port;
    this.dataDirectory = join(home, "data");
    this.#environment = {
      ...inheritedEnvironment(),
      ...variables,
      PORT: String(port),
      SKEIN_DATA_DIR: this.dataDirectory,
    };
  }

  /** `variables`: of the server's environment, from the directory around its data. Starts nothing yet. */
  static async prepare(variables: (home: string) => Readonly<Record<string, string>>): Promise<ServerProcess> {
    const home = await mkdtemp(join(tmpdir(), "skein-journey-"));
    // Commands run as users of their own, who must get to their workspace.
    await chmod(home, 0o755);
    return new ServerProcess(home, await findFreePort(), variables(home));
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The link that the last start printed. */
  get printedLink(): string {
    return this.#link;
  }

  /** Resolves once the server has printed its link. Rejects with its last words when it ends before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main], { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    const lines: string[] = [];
    const keep = (line: string) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    };
    const printed = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        keep(line);
        const found = / \(once, .*\): (http\S+)$/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    createInterface({ input: child.stderr }).on("line", keep);
    const ended = once(child, "exit").then(() => {
      throw new Error(`the server ended before it was ready:\n${lines.join("\n")}`);
    });
    this.#link = await Promise.race([printed, ended]);
  }

  /** A new sign-in link, as a person gets one while the server runs. */
  async newLink(): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [link], { env: this.#environment });
    return stdout.trim();
  }

  /** Where a workspace that Skein created lies on the disk. */
  async workspacePath(name: string): Promise<string> {
    const directory = join(this.dataDirectory, "workspaces");
    const [tenant] = await readdir(directory);
    return join(directory, tenant ?? "", name);
  }

  /** As an operator stops it. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** As if the machine's memory had run out: nothing is tidied up. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async dispose(): Promise<void> {
    // After a kill the database is still there; a server that starts takes it over and ends it properly.
    if (this.#process?.signalCode === "SIGKILL") await this.start();
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

/** Without what configures a server on the machine of whoever runs the journeys. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const own = /^(SKEIN_(?!TEST_)|OPENAI_|NATS_|DATABASE_URL$|HOST$|PORT$|LOG_LEVEL$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
