/**
 * Stands between a client and a server, passes every frame on unchanged, and writes down what it saw. It outlives the
 * server behind it: while nobody listens there, clients are refused.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, WebSocketServer } from "ws";

export interface RecordedFrame {
  /** Counts the clients' sockets, from 1. */
  readonly connection: number;
  readonly from: "client" | "server";
  readonly message: Message;
}

interface Message {
  readonly id?: string | number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a frame carries is the reader's to know
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result?: any;
}

/** What a client tells of itself at the upgrade. */
const passedHeaders = ["authorization", "x-codex-app-server-compression", "origin"];

export class RecordingProxy {
  readonly frames: RecordedFrame[] = [];
  readonly #target: string;
  readonly #http: Server = createServer((_request, response) => response.writeHead(404).end());
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  /** Requests of clients whose connections are open, without an answer so far. */
  readonly #unanswered = new Map<string, string>();
  #onAnswered: () => void = () => {};
  #connections = 0;

  private constructor(target: string) {
    this.#target = target;
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** `target`: the server's WebSocket address. */
  static async listen(target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    proxy.#http.listen(0, "127.0.0.1");
    await once(proxy.#http, "listening");
    return proxy;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Resolves when nobody waits for an answer. */
  async answered(): Promise<void> {
    while (this.#unanswered.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onAnswered = resolve;
      });
    }
  }

  /** Every connection breaks, as when a network goes away. New ones are taken. */
  cut(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#http.close();
    await once(this.#http, "close");
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const headers = passedHeaders.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    });
    const target = new URL(request.url ?? "/", this.#target);
    const upstream = new WebSocket(target, { headers: Object.fromEntries(headers), perMessageDeflate: false });
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    upstream.on("unexpected-response", (_request, { statusCode, statusMessage }) => {
      refuse(`${statusCode} ${statusMessage}`);
      upstream.terminate();
    });
    upstream.on("error", () => refuse("502 Bad Gateway"));
    upstream.once("open", () => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#join(client, upstream));
    });
  }

  #join(client: WebSocket, upstream: WebSocket): void {
    this.#connections += 1;
    const connection = this.#connections;
    const pass = (from: RecordedFrame["from"], to: WebSocket) => (data: RawData, isBinary: boolean) => {
      this.#record({ connection, from, message: JSON.parse(data.toString()) });
      if (to.readyState === WebSocket.OPEN) to.send(data, { binary: isBinary });
    };
    client.on("message", pass("client", upstream));
    upstream.on("message", pass("server", client));
    client.on("error", () => client.terminate());
    client.on("close", () => {
      this.#forget(connection);
      upstream.close();
    });
    upstream.on("close", (code, reason) => {
      // 1005 and 1006 say that no code came, and cannot be sent.
      if (code === 1005 || code === 1006) client.terminate();
      else client.close(code, reason);
    });
  }

  #record(frame: RecordedFrame): void {
    this.frames.push(frame);
    const { connection, from, message } = frame;
    const key = requestKey(connection, message.id);
    if (message.id === undefined) return;
    if (from === "client" && message.method !== undefined) this.#unanswered.set(key, message.method);
    if (from === "server" && message.method === undefined) this.#answer(key);
  }

  #answer(key: string): void {
    this.#unanswered.delete(key);
    if (this.#unanswered.size === 0) this.#onAnswered();
  }

  #forget(connection: number): void {
    for (const key of [...this.#unanswered.keys()]) {
      if (key.startsWith(`${connection} `)) this.#answer(key);
    }
  }
}

function requestKey(connection: number, id: unknown): string {
  return `${connection} ${JSON.stringify(id)}`;
}
