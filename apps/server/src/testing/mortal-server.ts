/** A server on data of its own that dies where it is told to, and is started again over the same data. */
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import type { ScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import type { Death, DyingSetting } from "./dying-server.ts";
import { helloOf } from "./server-test.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";
import { accessToken } from "./start-test-server.ts";
import { TestClient } from "./test-client.ts";

const program = fileURLToPath(new URL("./dying-server.ts", import.meta.url));

export class MortalServer {
  readonly database: TestDatabase;
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ServerProcess | null = null;

  /** Runs already. */
  static async open(model: ScriptedModel, environment: Readonly<Record<string, string>> = {}): Promise<MortalServer> {
    const database = await openTestDatabase();
    const directory = await mkdtemp(join(tmpdir(), "skein-mortal-"));
    // Commands run as users of their own, who must get to their workspace.
    await chmod(directory, 0o711);
    await mkdir(join(directory, "root"));
    const server = new MortalServer(database, directory, { ...environment, OPENAI_BASE_URL: model.baseUrl });
    await server.doom(null);
    await server.start();
    return server;
  }

  private constructor(database: TestDatabase, directory: string, environment: Readonly<Record<string, string>>) {
    this.database = database;
    this.#directory = directory;
    const setting: DyingSetting = { database: database.target, deathFile: join(directory, "death") };
    this.#environment = {
      SKEIN_TEST_DYING: JSON.stringify(setting),
      SKEIN_DATA_DIR: this.dataDirectory,
      SKEIN_WORKSPACE_ROOTS: join(directory, "root"),
      SKEIN_STOP_GRACE_SECONDS: "0",
      ...environment,
    };
  }

  get dataDirectory(): string {
    return join(this.#directory, "data");
  }

  async start(): Promise<void> {
    this.#process = await spawnServer(this.#environment, program);
  }

  /** How it dies in the next turn that starts; null: not at all. */
  async doom(death: Death | null): Promise<void> {
    await writeFile(join(this.#directory, "death"), JSON.stringify(death));
  }

  /** Resolves when it has died. */
  async died(): Promise<void> {
    await this.#process?.ended;
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async connect(replay = false): Promise<TestClient> {
    if (this.#process === null) throw new Error("the server was not started");
    const headers = { authorization: `Bearer ${accessToken}` };
    const client = new TestClient(new WebSocket(this.#process.url.replace(/^http/, "ws"), { headers }));
    await once(client.socket, "open");
    await client.request("initialize", helloOf({ replay }));
    return client;
  }

  /** A directory that may be opened as a workspace, with these files; commands may change it, and the test too. */
  async makeWorkspace(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const workspace = join(this.#directory, "root", name);
    await mkdir(workspace);
    const made = [workspace];
    for (const [file, text] of Object.entries(files)) {
      await writeFile(join(workspace, file), text);
      made.push(join(workspace, file));
    }
    // A root server runs commands as a directory's owner, and never as root.
    if (process.getuid?.() === 0) for (const path of made) await chown(path, 65_534, 65_534);
    return workspace;
  }

  async close(): Promise<void> {
    await this.#process?.stop();
    await this.database.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
