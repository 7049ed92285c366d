/** Nodes as processes, on one database and one NATS server, each with a data directory of its own. */
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { type ScriptedModel, startScriptedModel } from "../../../../e2e/scripted-model/scripted-model.ts";
import { startNats, type TestNats } from "../bus/testing/nats-server.ts";
import { openTestDatabase, type TestDatabase } from "../database/testing.ts";
import type { NodeSetting } from "./cluster-node.ts";
import { helloOf } from "./server-test.ts";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";
import { accessToken } from "./start-test-server.ts";
import { TestClient } from "./test-client.ts";

const program = fileURLToPath(new URL("./cluster-node.ts", import.meta.url));
export const leaseSeconds = 2;

export interface ProcessCluster {
  readonly nats: TestNats;
  readonly model: ScriptedModel;
  readonly database: TestDatabase;
  /** Starts a node; one of a name that was there before has the same data directory. */
  start(name: string, setting?: Partial<NodeSetting>): Promise<ServerProcess>;
  /** A client with range frames that has said hello. */
  join(node: ServerProcess): Promise<TestClient>;
  stop(): Promise<void>;
}

/** `seconds`: of a lease. */
export async function openProcessCluster(seconds = leaseSeconds): Promise<ProcessCluster> {
  const [database, model, nats] = [await openTestDatabase(), await startScriptedModel(), await startNats()];
  const root = await mkdtemp(join(tmpdir(), "skein-cluster-"));
  await chmod(root, 0o711);
  const nodes: ServerProcess[] = [];
  const clients: TestClient[] = [];
  return {
    ...{ nats, model, database },
    start: async (name, setting = {}) => {
      const whole: NodeSetting = { database: database.target, faults: null, clockAheadMs: 0, ...setting };
      const node = await spawnServer(
        {
          SKEIN_TEST_NODE: JSON.stringify(whole),
          SKEIN_DATA_DIR: join(root, name),
          SKEIN_NODE_ID: name,
          SKEIN_LEASE_SECONDS: String(seconds),
          SKEIN_STOP_GRACE_SECONDS: "1",
          // The configuration wants to know that the nodes share a database; which one, the setting says.
          DATABASE_URL: "postgres://shared",
          NATS_URL: nats.url,
          OPENAI_BASE_URL: model.baseUrl,
          LOG_LEVEL: process.env.SKEIN_TEST_LOG ?? "silent",
        },
        program,
      );
      nodes.push(node);
      return node;
    },
    join: async ({ url }) => {
      const headers = { authorization: `Bearer ${accessToken}` };
      const client = new TestClient(new WebSocket(url.replace(/^http/, "ws"), { headers }));
      clients.push(client);
      await once(client.socket, "open");
      await client.request("initialize", helloOf({ replay: true }));
      return client;
    },
    stop: async () => {
      for (const client of clients) client.socket.terminate();
      for (const node of nodes) {
        node.goOn();
        await node.kill();
      }
      await model.close();
      await nats.kill();
      await database.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
