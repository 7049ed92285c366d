import { once } from "node:events";
import { WebSocket } from "ws";
import { TestClient } from "../../apps/server/src/testing/test-client.ts";

/** A client that has been greeted, of either server. */
export async function connect(url: string, headers: Readonly<Record<string, string>> = {}): Promise<TestClient> {
  const client = new TestClient(new WebSocket(url, { headers }));
  await once(client.socket, "open");
  await client.request("initialize", {
    clientInfo: { name: "test", version: "1" },
    capabilities: { experimentalApi: true },
  });
  client.send({ method: "initialized" });
  return client;
}
