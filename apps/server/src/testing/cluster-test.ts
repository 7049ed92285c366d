/** `test` with a cluster of nodes per file and clients of any of them per test. */
import { test as base, expect } from "vitest";
import { helloOf, type JoinOptions, openClient } from "./server-test.ts";
import { startTestCluster, type TestCluster } from "./start-test-cluster.ts";
import type { TestClient } from "./test-client.ts";

interface Fixtures {
  readonly cluster: TestCluster;
  /** A connection to the node of this number that has said hello. */
  readonly join: (node: number, options?: JoinOptions) => Promise<TestClient>;
}

export function clusterTest(start: () => Promise<TestCluster>) {
  return base.extend<Fixtures>({
    cluster: [
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
      async ({}, use) => {
        const cluster = await start();
        await use(cluster);
        await cluster.stop();
      },
      { scope: "file" },
    ],
    join: async ({ cluster }, use) => {
      const clients: TestClient[] = [];
      await use(async (number, options = {}) => {
        const node = cluster.nodes[number];
        if (node === undefined) throw new Error(`there is no node ${number}`);
        const client = await openClient(node, options.token);
        clients.push(client);
        await client.request("initialize", helloOf(options));
        client.send({ method: "initialized" });
        return client;
      });
      for (const client of clients) client.socket.terminate();
      expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
    },
  });
}

export const test = clusterTest(() => startTestCluster(3));
