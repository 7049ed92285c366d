/** A network cable: passes bytes between a client and a server until a journey pulls it, or holds them back. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export class Cable {
  readonly #near: Address;
  readonly #far: Address;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #held = false;

  /** `near`: where clients connect. `far`: where the server listens. */
  constructor(near: Address, far: Address) {
    this.#near = near;
    this.#far = far;
  }

  /** Resolves when clients can connect. */
  async plugIn(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer((client) => this.#join(client));
    this.#server = server;
    server.listen(this.#near.port, this.#near.host);
    await once(server, "listening");
  }

  /** Every connection breaks at once, and new ones are refused, until it is plugged in again. */
  async pull(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    this.#held = false;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  /** Connections stay, but nothing passes any more, in neither direction. */
  hold(): void {
    this.#held = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was held back passes now, in order. */
  release(): void {
    this.#held = false;
    for (const socket of this.#sockets) socket.resume();
  }

  #join(client: Socket): void {
    const server = connect(this.#far);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (bytes) => to.write(bytes));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
      if (this.#held) from.pause();
    }
  }
}
