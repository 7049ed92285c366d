/** Between a pool and Postgres: passes bytes on, stands still without a word, or goes away, as a test wants it. */
import { createServer, connect as dial, type Server, type Socket } from "node:net";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  frozen: boolean;
}

export class PostgresProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: string;
  readonly #place: string | number;
  #frozen = false;
  #port = 0;

  /** `target`: the path of Postgres's socket. `place`: the path of a socket, or a TCP port; 0 is a free one. */
  static async listen(target: string, place: string | number): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(target, place);
    await proxy.#listen();
    return proxy;
  }

  private constructor(target: string, place: string | number) {
    this.#target = target;
    this.#place = place;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** 0 on a socket with a path. */
  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Those that are open stand still for ever, as after a partition; new ones do as well until `thaw`. */
  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) pair.frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
  }

  /** Nobody listens any more, and what was open is cut. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const { client } of this.#pairs) client.destroy();
    await closed;
  }

  comeBack(): Promise<void> {
    return this.#listen();
  }

  #listen(): Promise<void> {
    const place = typeof this.#place === "string" ? { path: this.#place } : { host: "127.0.0.1", port: this.#port };
    return new Promise((resolve) => {
      this.#server.listen(place, () => {
        const address = this.#server.address();
        if (typeof address === "object" && address !== null) this.#port = address.port;
        resolve();
      });
    });
  }

  #accept(client: Socket): void {
    client.on("error", () => {});
    const server = dial(this.#target);
    server.on("error", () => {});
    const pair: Pair = { client, server, frozen: this.#frozen };
    this.#pairs.add(pair);
    client.on("data", (bytes) => pair.frozen || server.write(bytes));
    server.on("data", (bytes) => pair.frozen || client.write(bytes));
    for (const socket of [client, server]) {
      socket.on("close", () => {
        this.#pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
  }
}
