/**
 * The whole server in this process, on a database of its own and a free port, with a scripted model behind it. What it
 * keeps survives `restart`, as it would survive the death of the process.
 */
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { type App, openApp } from "../app.ts";
import { readConfig } from "../config.ts";
import type { DatabaseTarget } from "../database/pools.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { logOptions } from "../log-options.ts";
import { SearchedLog } from "./searched-log.ts";

export interface TestServer {
  readonly app: App;
  readonly model: ScriptedModel;
  readonly database: TestDatabase;
  readonly dataDirectory: string;
  /** A directory that may be opened as a workspace; its files may be read and written by the test too. */
  readonly root: string;
  /** The configured access token, of the local user. */
  readonly accessToken: string;
  /** Stops the server and starts it again over the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const accessToken = "a-token-for-tests-only";

/** Where the server is to look for its database instead; whatever it opens is closed by `undo`. */
export type Reroute = (target: DatabaseTarget, undo: (() => unknown)[]) => Promise<DatabaseTarget>;

/** `environment`: further variables of the server's. `log`: where its log goes, instead of being searched for secrets. */
export async function startTestServer(
  environment: Readonly<Record<string, string>> = {},
  reroute: Reroute = async (target) => target,
  log?: pino.DestinationStream,
): Promise<TestServer> {
  const undo: (() => unknown)[] = [];
  const database = await openTestDatabase();
  undo.push(() => database.close());
  const directory = await mkdtemp(join(tmpdir(), "skein-server-"));
  undo.push(() => rm(directory, { recursive: true, force: true }));
  // Commands run as users of their own, who must get to their workspace.
  await chmod(directory, 0o711);
  const [dataDirectory, root] = [join(directory, "data"), join(directory, "root")];
  await mkdir(root);
  const model = await startScriptedModel();
  undo.push(() => model.close());
  const values = {
    PORT: "0",
    SKEIN_DATA_DIR: dataDirectory,
    SKEIN_WORKSPACE_ROOTS: `${join(dataDirectory, "workspaces")}:${root}`,
    SKEIN_ACCESS_TOKEN: accessToken,
    OPENAI_BASE_URL: model.baseUrl,
    // Commands that a test leaves running end with the server.
    SKEIN_STOP_GRACE_SECONDS: "0",
    LOG_LEVEL: process.env.SKEIN_TEST_LOG ?? "info",
    ...environment,
  };
  const target = await reroute(database.target, undo);
  const config = readConfig(values, process.getuid?.() === 0);
  const options = logOptions(config.logLevel);
  const searched = new SearchedLog([accessToken]);
  const isShown = process.env.SKEIN_TEST_LOG !== undefined && log === undefined;
  const logger = isShown ? pino(options) : pino(options, log ?? searched);
  const open = () => openApp(config, logger, { database: target });
  let app = await open();
  return {
    get app() {
      return app;
    },
    ...{ model, database, dataDirectory, root, accessToken },
    restart: async () => {
      await app.stop();
      app = await open();
    },
    stop: async () => {
      await app.stop();
      for (const step of undo.reverse()) await step();
      searched.judge();
    },
  };
}
