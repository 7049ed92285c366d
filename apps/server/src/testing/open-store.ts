/** The typed client over a socket that a test can cut. */

import { systemClock } from "@skein/client/connection/clock";
import type { OpenSocket } from "@skein/client/connection/socket";
import { SkeinClient } from "@skein/client/skein-client";
import type { ThreadSnapshot } from "@skein/client/thread/thread-snapshot";
import type { ThreadStore } from "@skein/client/thread/thread-store";
import type { Timeline } from "@skein/timeline/reduce/timeline";
import { WebSocket } from "ws";
import type { TestServer } from "./start-test-server.ts";

export interface CuttableSocket {
  readonly open: OpenSocket;
  /** Messages that came over all of its connections. */
  readonly messages: number;
  readonly connections: number;
  cut(): void;
}

/** `isLast`: whether the connection breaks right after its message of this number, counted from 1 over all connections. */
export function cuttableSocket(server: TestServer, isLast: (message: number) => boolean): CuttableSocket {
  let [messages, connections] = [0, 0];
  let current: WebSocket | null = null;
  return {
    get messages() {
      return messages;
    },
    get connections() {
      return connections;
    },
    cut: () => current?.terminate(),
    open: (events) => {
      // A server that was restarted has another address.
      const url = server.app.address.url.replace(/^http/, "ws");
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${server.accessToken}` } });
      let broken = false;
      current = socket;
      connections += 1;
      socket.on("open", () => events.opened());
      socket.on("error", () => {});
      socket.on("close", (code, reason) => events.closed(code, reason.toString()));
      socket.on("message", (data) => {
        if (broken) return;
        messages += 1;
        events.message(data.toString());
        broken = isLast(messages);
        if (broken) socket.terminate();
      });
      return {
        send: (text) => socket.send(text),
        close: (code, reason) => socket.close(code, reason),
      };
    },
  };
}

/** Comes back at once, whatever the client thinks of pauses. */
export function connectAtOnce(open: OpenSocket): SkeinClient {
  const clock = { ...systemClock, random: () => 0 };
  const clientInfo = { name: "store", version: "1" };
  return new SkeinClient(open, { clientInfo, clock, schedule: (flush) => flush() });
}

/** Resolves when the store's snapshot is as wanted; rejects when `patience`, where there is any, ends before. */
export function reached(
  store: ThreadStore,
  isWanted: (snapshot: ThreadSnapshot) => boolean,
  patience: AbortSignal | null = null,
): Promise<ThreadSnapshot> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      patience?.removeEventListener("abort", despair);
      leave();
    };
    const despair = () => {
      finish();
      reject(patience?.reason);
    };
    const look = () => {
      const snapshot = store.getSnapshot();
      if (!isWanted(snapshot)) return;
      finish();
      resolve(snapshot);
    };
    const leave = store.subscribe(look);
    patience?.addEventListener("abort", despair);
    look();
  });
}

/** What a person sees, without the bookkeeping of how it came to the client. */
export function visible(timeline: Timeline | null) {
  if (timeline === null) return null;
  const { turns, seq, pendingApprovals, tokenUsage, name, archived, activeTurnId } = timeline;
  return {
    ...{ seq, pendingApprovals, tokenUsage, name, archived, activeTurnId },
    turns: turns.map(({ asOf: _, items, ...turn }) => ({
      ...turn,
      items: items.map(({ asOf: __, ...view }) => view),
    })),
  };
}
