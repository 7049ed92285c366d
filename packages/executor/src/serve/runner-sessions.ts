/** The sessions of nodes with this runner. One whose connection was lost is kept for a while; the node picks it up again. */
import type { WebSocket } from "ws";
import type { LocalHost } from "../host/local-host.ts";
import { encodeWelcome, type Hello, linkCloseCodes, parseHello } from "../link/handshake.ts";
import { ServedSession } from "./served-session.ts";

export interface RunnerSessionsOptions {
  readonly host: LocalHost;
  /** Kept for a node that is away; beyond it the session is given up. */
  readonly maxKeptBytes: number;
  /** How long a session waits for its node. */
  readonly resumeWithinMs: number;
  report(problem: string, error: unknown): void;
}

interface Live {
  readonly session: ServedSession;
  socket: WebSocket | null;
  giveUpTimer: NodeJS.Timeout | null;
}

export class RunnerSessions {
  readonly #options: RunnerSessionsOptions;
  readonly #live = new Map<string, Live>();

  constructor(options: RunnerSessionsOptions) {
    this.#options = options;
  }

  /** A connection of an authenticated node, on which nothing has been said. */
  accept(socket: WebSocket): void {
    socket.on("error", () => socket.terminate());
    socket.once("message", (data, isBinary) => {
      try {
        if (isBinary) throw new Error("the first message is not text");
        this.#begin(socket, parseHello(String(data)));
      } catch (error) {
        this.#refuse(socket, error);
      }
    });
  }

  /** Ends every session and what it started. */
  close(): void {
    for (const { session } of this.#live.values()) session.link.break("the runner stops");
  }

  #begin(socket: WebSocket, hello: Hello): void {
    if (hello.replaces !== null)
      this.#live.get(hello.replaces)?.session.link.break("the node has given the session up");
    const known = hello.resume ? this.#live.get(hello.session) : undefined;
    const live = known ?? this.#open(hello.session);
    const earlier = live.socket;
    live.socket = socket;
    if (live.giveUpTimer !== null) clearTimeout(live.giveUpTimer);
    earlier?.close(linkCloseCodes.superseded);
    const { link } = live.session;
    const { host } = this.#options;
    const words = { name: host.name, resumed: known !== undefined, received: link.received, ...host.facts };
    socket.send(encodeWelcome(words));
    const carrier = { send: (message: Uint8Array) => socket.send(message) };
    if (earlier !== null) earlier.removeAllListeners("message");
    link.attach(carrier, known === undefined ? 0 : hello.received);
    socket.on("message", (data: Buffer, isBinary) => {
      try {
        if (!isBinary) throw new Error("a message of the session is not bytes");
        link.receive(data);
      } catch (error) {
        link.break("the node does not speak the protocol");
        this.#refuse(socket, error);
      }
    });
    socket.on("close", (code) => {
      link.detach(carrier);
      if (live.socket === socket) this.#lost(live, code);
    });
  }

  #open(id: string): Live {
    this.#live.get(id)?.session.link.break("the node begins the session anew");
    const { host, maxKeptBytes, report } = this.#options;
    const session = new ServedSession({ host, maxKeptBytes, report, ended: () => this.#forget(id, live) });
    const live: Live = { session, socket: null, giveUpTimer: null };
    this.#live.set(id, live);
    return live;
  }

  #lost(live: Live, code: number): void {
    live.socket = null;
    if (code === linkCloseCodes.goodbye) {
      live.session.link.break("the node is done");
      return;
    }
    live.giveUpTimer = setTimeout(
      () => live.session.link.break("the node has not come back"),
      this.#options.resumeWithinMs,
    );
    live.giveUpTimer.unref();
  }

  #forget(id: string, live: Live): void {
    if (live.giveUpTimer !== null) clearTimeout(live.giveUpTimer);
    if (this.#live.get(id) === live) this.#live.delete(id);
    live.socket?.close(linkCloseCodes.broken);
  }

  #refuse(socket: WebSocket, error: unknown): void {
    this.#options.report("a node was not understood", error);
    socket.close(linkCloseCodes.misunderstood);
  }
}
