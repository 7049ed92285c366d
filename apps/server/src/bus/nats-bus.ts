/**
 * The bus over NATS core. It connects by itself, as long as it takes: a node serves what it can without it. What is
 * published while the connection is away is dropped, never kept, because the log has it.
 */
import { setTimeout as delay } from "node:timers/promises";
import { connect, errors, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import type { NatsAddress } from "../nats-address.ts";
import type { Bus, BusReply, BusState, Unsubscribe } from "./bus.ts";

export interface NatsBusReports {
  /** The connection came, went, or could not be made. */
  changed(state: BusState): void;
  failed(what: string, reason: unknown): void;
}

/** What is listened to, now and after every new connection. */
interface Interest {
  attach(connection: NatsConnection): void;
  detach(): void;
}

const retryMs = 500;
const connectTimeoutMs = 5_000;
const maxFlushMs = 1_000;
/** A server that is frozen is noticed after three of these. */
const pingEveryMs = 2_000;

export class NatsBus implements Bus {
  readonly #options: NodeConnectionOptions;
  readonly #reports: NatsBusReports;
  readonly #interests = new Set<Interest>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #connection: NatsConnection | null = null;
  #state: BusState = { type: "disconnected", why: "not connected yet" };

  /** `name`: of this node, as the NATS server shows it. */
  constructor(address: NatsAddress, name: string, reports: NatsBusReports) {
    this.#options = optionsOf(address, name);
    this.#reports = reports;
    this.#running = this.#run();
  }

  get state(): BusState {
    return this.#state;
  }

  publish(subject: string, encode: () => Uint8Array): void {
    if (this.#state.type !== "connected") return;
    try {
      this.#connection?.publish(subject, encode());
    } catch (reason) {
      this.#reports.failed("a message to other nodes could not be sent", reason);
    }
  }

  subscribe(subject: string, listener: (payload: Uint8Array) => void): Unsubscribe {
    return this.#listen(subject, (message) => listener(message.data));
  }

  async request(subject: string, payload: Uint8Array, timeoutMs: number): Promise<BusReply> {
    const connection = this.#connection;
    if (connection === null || this.#state.type !== "connected") return { type: "nobody" };
    try {
      const { data } = await connection.request(subject, payload, { timeout: timeoutMs });
      return { type: "reply", payload: data };
    } catch (reason) {
      const unheard = reason instanceof errors.RequestError && reason.isNoResponders();
      return { type: unheard || reason instanceof errors.NoRespondersError ? "nobody" : "silence" };
    }
  }

  answer(subject: string, handler: (payload: Uint8Array) => Promise<Uint8Array>): Unsubscribe {
    return this.#listen(subject, async (message) => {
      try {
        // Throws for more than the server takes.
        message.respond(await handler(message.data));
      } catch (reason) {
        this.#reports.failed("a request of another node could not be answered", reason);
      }
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    // What was said last may still be on its way out; a server that is away is not waited for.
    const flushed = this.#connection?.flush().catch(() => {});
    if (this.#state.type === "connected") await Promise.race([flushed, delay(maxFlushMs)]);
    await this.#connection?.close();
    await this.#running;
  }

  #listen(subject: string, hear: (message: Heard) => void): Unsubscribe {
    let end = () => {};
    const interest: Interest = {
      attach: (connection) => {
        const callback = (error: Error | null, message: Heard) => {
          if (error === null) hear(message);
          else this.#reports.failed("a message of another node could not be read", error);
        };
        const subscription = connection.subscribe(subject, { callback });
        end = () => subscription.unsubscribe();
      },
      detach: () => end(),
    };
    this.#interests.add(interest);
    if (this.#connection !== null && !this.#connection.isClosed()) interest.attach(this.#connection);
    return () => {
      this.#interests.delete(interest);
      interest.detach();
    };
  }

  /** The library connects anew by itself; it gives up for good where the server refuses the credentials. */
  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#serve(await connect(this.#options));
      } catch (reason) {
        this.#become({ type: "disconnected", why: reason instanceof Error ? reason.message : String(reason) });
      }
      await delay(retryMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  /** Resolves when the connection is closed. */
  async #serve(connection: NatsConnection): Promise<void> {
    if (this.#closing.signal.aborted) return connection.close();
    this.#connection = connection;
    for (const interest of this.#interests) interest.attach(connection);
    this.#become({ type: "connected" });
    void this.#watch(connection);
    const reason = await connection.closed();
    this.#connection = null;
    this.#become({ type: "disconnected", why: reason instanceof Error ? reason.message : "the connection was closed" });
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === "disconnect") this.#become({ type: "disconnected", why: `lost ${status.server}` });
      if (status.type === "reconnect") this.#become({ type: "connected" });
    }
  }

  #become(state: BusState): void {
    const looked = JSON.stringify(this.#state);
    this.#state = state;
    if (looked !== JSON.stringify(state) && !this.#closing.signal.aborted) this.#reports.changed(state);
  }
}

interface Heard {
  readonly data: Uint8Array;
  respond(payload: Uint8Array): boolean;
}

function optionsOf({ servers, tls, credentials }: NatsAddress, name: string): NodeConnectionOptions {
  return {
    servers: [...servers],
    name,
    noEcho: true,
    ...(tls ? { tls: {} } : {}),
    ...(credentials.type === "password" ? { user: credentials.user, pass: credentials.password } : {}),
    ...(credentials.type === "token" ? { token: credentials.token } : {}),
    timeout: connectTimeoutMs,
    reconnectTimeWait: retryMs,
    maxReconnectAttempts: -1,
    pingInterval: pingEveryMs,
    maxPingOut: 2,
  };
}
