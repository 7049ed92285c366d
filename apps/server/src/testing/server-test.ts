/** `test` with a server per file and clients per test. Everything that was opened is closed, and every frame judged. */
import { once } from "node:events";
import type { SkeinClient } from "@skein/client/skein-client";
import { test as base, expect } from "vitest";
import { WebSocket } from "ws";
import { type CuttableSocket, connectAtOnce, cuttableSocket } from "./open-store.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";
import { TestClient } from "./test-client.ts";

export interface JoinOptions {
  readonly replay?: boolean;
  readonly presence?: boolean;
  readonly experimentalApi?: boolean;
  readonly optOut?: readonly string[];
  /** A bearer token; the configured one when absent. */
  readonly token?: string;
  readonly name?: string;
}

export interface StoreClient {
  readonly client: SkeinClient;
  readonly socket: CuttableSocket;
}

interface Fixtures {
  readonly server: TestServer;
  /** A connection on which nothing has been said yet. */
  readonly open: (options?: Pick<JoinOptions, "token">) => Promise<TestClient>;
  /** The typed client, over a socket that breaks after the messages of which `isLast` says so. */
  readonly connectStore: (isLast?: (message: number) => boolean) => StoreClient;
  /** A connection that has said hello. */
  readonly join: (options?: JoinOptions) => Promise<TestClient>;
}

export const test = base.extend<Fixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
    async ({}, use) => {
      const server = await startTestServer();
      await use(server);
      await server.stop();
    },
    { scope: "file" },
  ],
  open: async ({ server }, use) => {
    const clients: TestClient[] = [];
    await use(async ({ token } = {}) => {
      const client = await openClient(server, token);
      clients.push(client);
      return client;
    });
    for (const client of clients) client.socket.terminate();
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
  connectStore: async ({ server }, use) => {
    const opened: SkeinClient[] = [];
    await use((isLast = () => false) => {
      const socket = cuttableSocket(server, isLast);
      const client = connectAtOnce(socket.open);
      opened.push(client);
      return { client, socket };
    });
    for (const client of opened) client.close();
  },
  join: async ({ open }, use) => {
    await use(async (options = {}) => {
      const client = await open(options);
      await client.request("initialize", helloOf(options));
      client.send({ method: "initialized" });
      return client;
    });
  },
});

export async function openClient(
  { app, accessToken }: Pick<TestServer, "app" | "accessToken">,
  token = accessToken,
): Promise<TestClient> {
  const socket = new WebSocket(app.address.url.replace(/^http/, "ws"), {
    headers: { authorization: `Bearer ${token}` },
  });
  const client = new TestClient(socket);
  await once(socket, "open");
  return client;
}

export function helloOf({ replay, presence, experimentalApi = true, optOut, name = "test" }: JoinOptions) {
  const extensions = {
    ...(replay === true ? { "skein/replay": {} } : {}),
    ...(presence === true ? { "skein/presence": {} } : {}),
  };
  return {
    clientInfo: { name, version: "1" },
    capabilities: {
      experimentalApi,
      ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
      ...(optOut === undefined ? {} : { optOutNotificationMethods: optOut }),
    },
  };
}
