/**
 * Drives the state machine: turns what happens into signals and carries out the effects. Every socket has a number, so
 * that a socket given up earlier cannot speak for the one that replaced it. There is one timer: for what the state waits.
 */
import type { CheckAccess } from "./access.ts";
import type { Clock } from "./clock.ts";
import { NotConnected } from "./not-connected.ts";
import type { OpenSocket, Socket } from "./socket.ts";
import type { ConnectionEffect, ConnectionSignal, ConnectionState } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";
import { transition } from "./transition.ts";

export interface ConnectionOptions {
  readonly openSocket: OpenSocket;
  /** Says hello; rejects when the server refuses. It may reject too when the socket goes, which is not taken for a refusal. */
  readonly initialize: () => Promise<void>;
  /** Sends something that the server answers at little cost. */
  readonly checkSocket: () => void;
  readonly checkAccess: CheckAccess;
  readonly onMessage: (text: string) => void;
  /** Called after each change, before the next signal is taken. */
  readonly onState: (state: ConnectionState, previous: ConnectionState) => void;
  readonly clock: Clock;
  readonly surroundings: Surroundings;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #unwatch: () => void;
  #state: ConnectionState = { type: "idle" };
  #socket: Socket | null = null;
  #socketNumber = 0;
  #heardAtMs = 0;
  #isAnswered = false;
  /** Not sent yet when it was looked at last: a slow upload is a sign of life too. */
  #unsentBytes = 0;
  #timer: { readonly dueAtMs: number; readonly cancel: () => void } | null = null;
  readonly #signals: ConnectionSignal[] = [];
  #isDriving = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#unwatch = options.surroundings.watch({
      networkChanged: () => this.#signal({ type: "networkChanged" }),
      woke: () => this.#signal({ type: "woke" }),
    });
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

  /** An effect may signal at once; its signal is taken when this one is done with. */
  #signal(signal: ConnectionSignal): void {
    this.#signals.push(signal);
    if (this.#isDriving) return;
    this.#isDriving = true;
    try {
      for (let next = this.#signals.shift(); next !== undefined; next = this.#signals.shift()) this.#drive(next);
    } finally {
      this.#isDriving = false;
    }
  }

  #drive(signal: ConnectionSignal): void {
    const { clock, surroundings, onState } = this.#options;
    const [online, isWatched] = [surroundings.isOnline(), surroundings.isWatched()];
    this.#noticeUpload();
    const [heardAtMs, isAnswered] = [this.#heardAtMs, this.#isAnswered];
    const now = { nowMs: clock.now(), jitter: clock.random(), online, isWatched, heardAtMs, isAnswered };
    const previous = this.#state;
    const { state, effects } = transition(previous, signal, now);
    this.#state = state;
    this.#setTimer("dueAtMs" in state ? state.dueAtMs : null);
    for (const effect of effects) this.#run(effect);
    if (state !== previous) onState(state, previous);
  }

  #run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case "openSocket":
        this.#openSocket();
        break;
      case "closeSocket": {
        const socket = this.#socket;
        this.#dropSocket();
        socket?.close(1000, "");
        break;
      }
      case "checkAccess":
        void this.#checkAccess(this.#socketNumber);
        break;
      case "initialize":
        void this.#initialize(this.#socketNumber);
        break;
      case "checkSocket":
        this.#isAnswered = false;
        this.#options.checkSocket();
        break;
    }
  }

  #setTimer(dueAtMs: number | null): void {
    if (this.#timer?.dueAtMs === dueAtMs) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (dueAtMs === null) return;
    const { clock } = this.#options;
    const cancel = clock.after(Math.max(0, dueAtMs - clock.now()), () => {
      this.#timer = null;
      this.#signal({ type: "due" });
    });
    this.#timer = { dueAtMs, cancel };
  }

  #noticeUpload(): void {
    const unsentBytes = this.#socket?.bufferedAmount ?? 0;
    if (unsentBytes < this.#unsentBytes) this.#heard();
    this.#unsentBytes = unsentBytes;
  }

  #openSocket(): void {
    this.#dropSocket();
    const number = this.#socketNumber;
    const isCurrent = () => number === this.#socketNumber;
    this.#heard();
    this.#socket = this.#options.openSocket({
      opened: () => {
        if (isCurrent()) this.#signal({ type: "opened" });
      },
      message: (text) => {
        if (!isCurrent()) return;
        this.#heard();
        this.#options.onMessage(text);
      },
      closed: (code, reason) => {
        if (!isCurrent()) return;
        this.#dropSocket();
        this.#signal({ type: "lost", code, reason });
      },
    });
  }

  #heard(): void {
    this.#heardAtMs = this.#options.clock.now();
    this.#isAnswered = true;
  }

  #dropSocket(): void {
    this.#socket = null;
    this.#socketNumber += 1;
    this.#unsentBytes = 0;
  }

  async #checkAccess(number: number): Promise<void> {
    const access = await this.#options.checkAccess().catch(() => "unknown" as const);
    if (number === this.#socketNumber) this.#signal({ type: "accessChecked", access });
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
