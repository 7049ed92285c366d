/** Everything that the crowd talks to: a model, a database, a bus, and nodes, all of which the chaos may end. */
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNats, type TestNats } from "../../apps/server/src/bus/testing/nats-server.ts";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../apps/server/src/database/embedded/embedded-postgres.ts";
import type { DatabaseTarget } from "../../apps/server/src/database/pools.ts";
import type { NodeSetting } from "../../apps/server/src/testing/cluster-node.ts";
import { type ScriptedModel, startScriptedModel } from "../../e2e/scripted-model/scripted-model.ts";
import { findFreePort } from "../../e2e/skein/free-port.ts";
import { SoakNode } from "./soak-node.ts";

export const accessToken = "a-token-of-the-soak";
/** Nodes know themselves by it; clients come through proxies. */
export const publicHost = "skein.soak";
export const usualLeaseSeconds = 3;

export interface World {
  readonly nodes: readonly SoakNode[];
  /** null: there is one node. */
  readonly nats: TestNats | null;
  readonly postgres: EmbeddedPostgres;
  readonly database: DatabaseTarget;
  stop(): Promise<void>;
}

export async function openWorld(nodeCount: number, leaseSeconds = usualLeaseSeconds): Promise<World> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "skein-soak-")));
  // Postgres and commands run as users of their own where this runs as root.
  await chmod(root, 0o711);
  const model = await startScriptedModel({ requests: "dropped" });
  const postgres = await startEmbeddedPostgres(root, ["max_connections=300"]);
  const database: DatabaseTarget = { type: "socket", path: postgres.socketPath, database: "skein" };
  const nats = nodeCount > 1 ? await startNats() : null;
  const environment = environmentOf(model, database, nats, leaseSeconds);
  const nodes: SoakNode[] = [];
  for (let number = 1; number <= nodeCount; number += 1) {
    const name = `node-${number}`;
    nodes.push(new SoakNode(name, await findFreePort(), { ...environment, SKEIN_DATA_DIR: join(root, name) }));
  }
  for (const node of nodes) await node.start();
  return {
    ...{ nodes, nats, postgres, database },
    stop: async () => {
      for (const node of nodes) await node.end("SIGKILL");
      await nats?.kill();
      await model.close();
      await postgres.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function environmentOf(model: ScriptedModel, database: DatabaseTarget, nats: TestNats | null, leaseSeconds: number) {
  const setting: NodeSetting = { database, faults: null, clockAheadMs: 0 };
  return {
    SKEIN_TEST_NODE: JSON.stringify(setting),
    SKEIN_ACCESS_TOKEN: accessToken,
    SKEIN_PUBLIC_URL: `http://${publicHost}`,
    SKEIN_LEASE_SECONDS: String(leaseSeconds),
    SKEIN_STOP_GRACE_SECONDS: "1",
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: "none",
    LOG_LEVEL: "fatal",
    // The configuration wants to know that the nodes share a database; which one, the setting says.
    ...(nats === null ? {} : { NATS_URL: nats.url, DATABASE_URL: "postgres://shared" }),
  };
}
