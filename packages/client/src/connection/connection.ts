/**
 * Drives the state machine: turns what happens into signals and carries out the effects. Every socket has a number, so
 * that a socket given up earlier cannot speak for the one that replaced it.
 */
import type { Clock } from "./clock.ts";
import type { Network } from "./network.ts";
import { NotConnected } from "./not-connected.ts";
import type { OpenSocket, Socket } from "./socket.ts";
import type { BlockedReason, ConnectionEffect, ConnectionSignal, ConnectionState } from "./state.ts";
import { transition } from "./transition.ts";

export interface ConnectionOptions {
  readonly openSocket: OpenSocket;
  /** Says hello; rejects when the server refuses. It may reject too when the socket goes, which is not taken for a refusal. */
  readonly initialize: () => Promise<void>;
  readonly onMessage: (text: string) => void;
  /** Called after each change, before the next signal is taken. */
  readonly onState: (state: ConnectionState, previous: ConnectionState) => void;
  readonly clock: Clock;
  readonly network: Network;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #unwatch: () => void;
  #state: ConnectionState = { type: "idle" };
  #socket: Socket | null = null;
  #socketNumber = 0;
  #cancelRetry: (() => void) | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#unwatch = options.network.watch(() => this.#signal({ type: "networkChanged" }));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#signal({ type: "start" });
  }

  retryNow(): void {
    this.#signal({ type: "retryNow" });
  }

  deny(reason: BlockedReason, message: string): void {
    this.#signal({ type: "denied", reason, message });
  }

  /** Final. */
  close(): void {
    this.#unwatch();
    this.#signal({ type: "stop" });
  }

  /** Throws `NotConnected` unless a socket is open. */
  send(text: string): void {
    const { type } = this.#state;
    if (this.#socket === null || (type !== "initializing" && type !== "live")) {
      throw new NotConnected(`cannot send while the connection is ${type}`);
    }
    this.#socket.send(text);
  }

  #signal(signal: ConnectionSignal): void {
    const { clock, network } = this.#options;
    const circumstances = { nowMs: clock.now(), jitter: clock.random(), online: network.isOnline() };
    const previous = this.#state;
    const { state, effects } = transition(previous, signal, circumstances);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    if (state !== previous) this.#options.onState(state, previous);
  }

  #run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "openSocket":
        this.#openSocket();
        break;
      case "initialize":
        void this.#initialize(this.#socketNumber);
        break;
      case "closeSocket": {
        const socket = this.#socket;
        this.#dropSocket();
        socket?.close(1000, "");
        break;
      }
      case "scheduleRetry":
        this.#cancelRetry = this.#options.clock.after(effect.atMs - this.#options.clock.now(), () =>
          this.#signal({ type: "retryDue" }),
        );
        break;
      case "cancelRetry":
        this.#cancelRetry?.();
        this.#cancelRetry = null;
        break;
    }
  }

  #openSocket(): void {
    this.#dropSocket();
    const number = this.#socketNumber;
    const isCurrent = () => number === this.#socketNumber;
    this.#socket = this.#options.openSocket({
      opened: () => {
        if (isCurrent()) this.#signal({ type: "opened" });
      },
      message: (text) => {
        if (isCurrent()) this.#options.onMessage(text);
      },
      closed: (code, reason) => {
        if (!isCurrent()) return;
        this.#dropSocket();
        this.#signal({ type: "lost", code, reason });
      },
    });
  }

  #dropSocket(): void {
    this.#socket = null;
    this.#socketNumber += 1;
  }

  async #initialize(number: number): Promise<void> {
    try {
      await this.#options.initialize();
      if (number === this.#socketNumber) this.#signal({ type: "initialized" });
    } catch (error) {
      if (number !== this.#socketNumber) return;
      this.#signal({ type: "rejected", message: error instanceof Error ? error.message : String(error) });
    }
  }
}
