/**
 * Many sockets in a process of their own, so that neither the limit of open files nor the work of one process is what is measured.
 * Told by its parent to open so many, it opens them, and then says hello on each; it says when it has done either.
 */
import { once } from "node:events";
import WebSocket from "ws";
import type { Endpoint } from "../server/server.ts";

export interface CrowdOrder extends Endpoint {
  readonly sockets: number;
}

export type CrowdStep = "opened" | "greeted";

/** Connections under way at a time. */
const atOnce = 32;

const hello = JSON.stringify({
  id: 1,
  method: "initialize",
  params: {
    clientInfo: { name: "crowd", title: null, version: "0.1.0" },
    capabilities: { experimentalApi: true, extensions: { "skein/replay": {} } },
  },
});

process.once("message", async ({ url, headers, sockets }: CrowdOrder) => {
  const open: WebSocket[] = [];
  await atMost(atOnce, sockets, async () => {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    await once(socket, "open");
    open.push(socket);
  });
  tell("opened");
  await once(process, "message");
  await atMost(atOnce, sockets, async (index) => {
    const socket = open[index] as WebSocket;
    socket.send(hello);
    await once(socket, "message");
  });
  tell("greeted");
});

function tell(step: CrowdStep): void {
  process.send?.(step);
}

async function atMost(limit: number, count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: limit }, async () => {
    while (next < count) await work(next++);
  });
  await Promise.all(workers);
}
