/** Several nodes in this process, on one database and one bus, each with a data directory of its own. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { type App, openApp } from "../app.ts";
import type { Bus } from "../bus/bus.ts";
import { InProcessHub } from "../bus/in-process-bus.ts";
import { readConfig } from "../config.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import { logOptions } from "../log-options.ts";
import { SearchedLog } from "./searched-log.ts";
import { accessToken } from "./start-test-server.ts";

export interface TestNode {
  readonly app: App;
  readonly accessToken: string;
  stop(): Promise<void>;
}

export interface TestCluster {
  readonly nodes: readonly TestNode[];
  readonly model: ScriptedModel;
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

/** `disturb`: what happens to the bus of each node. */
export async function startTestCluster(
  count: number,
  disturb: (bus: Bus) => Bus = (bus) => bus,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestCluster> {
  const undo: (() => unknown)[] = [];
  const database = await openTestDatabase();
  undo.push(() => database.close());
  const model = await startScriptedModel();
  undo.push(() => model.close());
  const hub = new InProcessHub();
  const searched = new SearchedLog([accessToken]);
  const nodes: TestNode[] = [];
  for (let index = 0; index < count; index++) {
    const directory = await mkdtemp(join(tmpdir(), "skein-node-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    await chmod(directory, 0o711);
    const values = {
      PORT: "0",
      SKEIN_DATA_DIR: join(directory, "data"),
      SKEIN_NODE_ID: `node-${index}`,
      SKEIN_ACCESS_TOKEN: accessToken,
      OPENAI_BASE_URL: model.baseUrl,
      LOG_LEVEL: process.env.SKEIN_TEST_LOG ?? "info",
      ...environment,
    };
    const config = readConfig(values, process.getuid?.() === 0);
    const substitutes = { database: database.target, bus: disturb(hub.join()) };
    const options = logOptions(config.logLevel);
    const log = process.env.SKEIN_TEST_LOG === undefined ? pino(options, searched) : pino(options);
    nodes.push(await startNode(() => openApp(config, log, substitutes)));
  }
  return {
    ...{ nodes, model, database },
    stop: async () => {
      for (const node of nodes) await node.stop();
      for (const step of undo.reverse()) await step();
      searched.judge();
    },
  };
}

async function startNode(open: () => Promise<App>): Promise<TestNode> {
  const app = await open();
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= app.stop();
    return stopped;
  };
  return { app, accessToken, stop };
}
