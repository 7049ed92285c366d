/** A network that fails at a chosen place: between a client and a server, for one connection after the other. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { FrameSplitter } from "./websocket-frames.ts";

/** What befalls a connection; nothing when empty. Counts begin at 1. */
export interface Fate {
  /** Breaks after this message of the server's, whole. */
  readonly cutAfterMessages?: number;
  /** Breaks after so many bytes from the server, the head of the upgrade included. */
  readonly cutAfterBytes?: number;
  /** Breaks after so many bytes from the client. */
  readonly cutAfterSentBytes?: number;
  /** After this message of the server's nothing passes any more in either direction, and nobody is told. */
  readonly swallowAfterMessages?: number;
  /** Every message of the server's comes twice. */
  readonly doubled?: boolean;
}

export class CuttingProxy {
  readonly #target: URL;
  readonly #fateOf: (connection: number) => Fate;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiters: { readonly cuts: number; readonly resolve: () => void }[] = [];
  #connections = 0;
  #cuts = 0;
  #messages = 0;
  #bytes = 0;

  /** `target`: the server's HTTP address. `fateOf` is asked once for each connection, by its number. */
  constructor(target: string, fateOf: (connection: number) => Fate) {
    this.#target = new URL(target);
    this.#fateOf = fateOf;
    this.#server = createServer((client) => this.#join(client));
  }

  get connections(): number {
    return this.#connections;
  }

  /** That the server's side sent, over all connections. */
  get messages(): number {
    return this.#messages;
  }

  /** That came from the server, over all connections. */
  get bytes(): number {
    return this.#bytes;
  }

  get cuts(): number {
    return this.#cuts;
  }

  /** The address for clients. */
  async open(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Resolves when so many connections were cut. */
  reachedCuts(cuts: number): Promise<void> {
    if (this.#cuts >= cuts) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ cuts, resolve }));
  }

  #join(client: Socket): void {
    this.#connections += 1;
    const fate = this.#fateOf(this.#connections);
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const splitter = new FrameSplitter();
    const link = { client, server, messages: 0, bytes: 0, sentBytes: 0, isSilent: false };
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroySoon();
      });
    }
    server.on("data", (bytes) => {
      this.#bytes += bytes.length;
      if (fate.cutAfterBytes !== undefined) this.#passBytes(link, fate.cutAfterBytes, bytes);
      else for (const { bytes: part, isMessage } of splitter.push(bytes)) this.#passPart(link, fate, part, isMessage);
    });
    client.on("data", (bytes) => this.#send(link, fate, bytes));
  }

  #passPart(link: Link, fate: Fate, part: Buffer, isMessage: boolean): void {
    if (link.isSilent || link.client.destroyed) return;
    link.client.write(part);
    if (!isMessage) return;
    if (fate.doubled) link.client.write(part);
    link.messages += 1;
    this.#messages += 1;
    if (link.messages === fate.swallowAfterMessages) {
      link.isSilent = true;
      this.#count();
    }
    if (link.messages === fate.cutAfterMessages) this.#cut(link);
  }

  #passBytes(link: Link, limit: number, bytes: Buffer): void {
    const passing = bytes.subarray(0, limit - link.bytes);
    link.bytes += passing.length;
    if (passing.length > 0) link.client.write(passing);
    if (link.bytes >= limit) this.#cut(link);
  }

  #send(link: Link, fate: Fate, bytes: Buffer): void {
    if (link.isSilent) return;
    const passing = bytes.subarray(0, (fate.cutAfterSentBytes ?? Number.POSITIVE_INFINITY) - link.sentBytes);
    link.sentBytes += passing.length;
    link.server.write(passing);
    if (fate.cutAfterSentBytes !== undefined && link.sentBytes >= fate.cutAfterSentBytes) this.#cut(link);
  }

  /** What was written reaches its reader before the end does. */
  #cut({ client, server }: Link): void {
    if (client.writableEnded) return;
    client.end();
    server.end();
    client.destroySoon();
    server.destroySoon();
    this.#count();
  }

  #count(): void {
    this.#cuts += 1;
    for (const waiter of this.#waiters.splice(0)) {
      if (waiter.cuts <= this.#cuts) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  messages: number;
  bytes: number;
  sentBytes: number;
  isSilent: boolean;
}
