/**
 * A client that costs as little as it can, so that a measurement shows the server: no types are checked, nothing is
 * kept. With `replay` it asks for Skein's range frames and hands their notifications on one by one, so that scenarios
 * need not know which of the two they see.
 */
import { once } from "node:events";
import WebSocket from "ws";
import type { Endpoint } from "../server/server.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a server sends is not checked here
export type Json = any;

export type OnNotification = (method: string, params: Json) => void;

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
}

export interface ConnectOptions {
  readonly replay: boolean;
}

const rangeFrame = "skein/thread/events";

export class RpcSocket {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<OnNotification>();
  #onRange: (to: number) => void = () => {};
  #nextId = 1;
  #receivedBytes = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("close", (code) => this.#fail(new Error(`the server closed the connection (${code})`)));
    socket.on("error", () => {});
  }

  static async connect({ url, headers }: Endpoint, { replay }: ConnectOptions): Promise<RpcSocket> {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    await once(socket, "open");
    const client = new RpcSocket(socket);
    await client.request("initialize", {
      clientInfo: { name: "bench", title: null, version: "0.1.0" },
      capabilities: { experimentalApi: true, ...(replay ? { extensions: { "skein/replay": {} } } : {}) },
    });
    client.notify("initialized");
    return client;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  request(method: string, params: Json): Promise<Json> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  notify(method: string): void {
    this.#socket.send(JSON.stringify({ method }));
  }

  /** Gives a function that ends it. */
  listen(listener: OnNotification): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears where each range frame ends. */
  onRange(listener: (to: number) => void): void {
    this.#onRange = listener;
  }

  /** From now on messages are handed over as they come, and nobody else looks at them. */
  watch(look: (message: Buffer) => void): void {
    this.#socket.removeAllListeners("message");
    this.#socket.on("message", look);
  }

  /** Gives how long the answer took, in milliseconds. One at a time. */
  async ping(): Promise<number> {
    const startedAt = performance.now();
    this.#socket.ping();
    await once(this.#socket, "pong");
    return performance.now() - startedAt;
  }

  /** Reads nothing more until `goOn`. */
  pause(): void {
    this.#socket.pause();
  }

  goOn(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    this.#receivedBytes += data.length;
    const { id, method, params, result, error } = JSON.parse(data.toString()) as Json;
    if (method === undefined) {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (error === undefined) pending?.resolve(result);
      else pending?.reject(new Error(`${error.message}`));
    } else if (method === rangeFrame) {
      for (const event of params.events) this.#tell(event.method, event.params);
      this.#onRange(params.to);
    } else {
      this.#tell(method, params);
    }
  }

  #tell(method: string, params: Json): void {
    for (const listener of this.#listeners) listener(method, params);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
