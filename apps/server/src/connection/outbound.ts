/**
 * What one client is sent: one ordered queue, the socket's own, which is bounded by stopping at its source. Above the
 * high mark the client counts as full: its subscriptions stop where they are, answers wait here, and of notifications
 * without a seq only the newest about each thing is kept. When the socket has drained below the low mark all of it goes
 * on. A client that takes nothing for a minute is given up.
 */

import type { Socket } from "node:net";
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";

export const highMarkBytes = 256 * 1024;
export const lowMarkBytes = 64 * 1024;
/** Of answers that wait, looked at before one more is added: a single large page is no sign of a client that does not read. */
export const maxWaitingBytes = 4 * 1024 * 1024;
export const stuckAfterMs = 60_000;
/** The oldest are dropped beyond this. */
export const maxKeptNotices = 256;

/** The WebSocket's own socket: frames are whole already, and pings and closes go between them. */
export type Wire = Pick<Socket, "write" | "writableLength">;

export interface OutboundOwner {
  /** False once a close frame has been sent or has come. */
  readonly isOpen: boolean;
  /** The socket has room again. */
  drained(): void;
  close(code: CloseCode): void;
}

interface Waiting {
  readonly message: Buffer;
  /** Whether all that has to go before it has been sent. */
  readonly isDue: () => boolean;
  readonly sent: () => void;
}

export class Outbound {
  readonly #wire: Wire;
  readonly #owner: OutboundOwner;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Offered while the client was full, by what they are about. */
  readonly #notices = new Map<string, Buffer>();
  /** Runs while the client is full, from the last time that it took something. */
  #stuck: NodeJS.Timeout | null = null;
  #isReleasing = false;
  #closed = false;

  constructor(wire: Wire, owner: OutboundOwner) {
    this.#wire = wire;
    this.#owner = owner;
  }

  get isFull(): boolean {
    return this.#stuck !== null;
  }

  /** Text frames, in this order, whatever waits. */
  write(messages: readonly Buffer[]): void {
    if (this.#closed || !this.#owner.isOpen) return;
    for (const message of messages) this.#wire.write(message, this.#written);
    if (this.#stuck !== null || this.#wire.writableLength <= highMarkBytes) return;
    this.#stuck = setTimeout(() => this.#owner.close(closeCodes.slowReader), stuckAfterMs);
  }

  /** What may be lost, and is out of date when something newer about the same comes. */
  offer(about: string, notice: Buffer): void {
    if (!this.isFull) {
      this.write([notice]);
      return;
    }
    this.#notices.delete(about);
    this.#notices.set(about, notice);
    const [oldest] = this.#notices.keys();
    if (this.#notices.size > maxKeptNotices && oldest !== undefined) this.#notices.delete(oldest);
  }

  /**
   * An answer: goes out when it is due and the client is not full, behind those that wait already. null: it has gone out.
   * Otherwise resolves when it has, or never will.
   */
  answer(message: Buffer, isDue: () => boolean): Promise<void> | null {
    if (this.#closed) return null;
    if (this.#waiting.length === 0 && !this.isFull && isDue()) {
      this.write([message]);
      return null;
    }
    if (this.#waitingBytes > maxWaitingBytes) {
      this.#owner.close(closeCodes.slowReader);
      return null;
    }
    const { promise, resolve: sent } = Promise.withResolvers<void>();
    this.#waiting.push({ message, isDue, sent });
    this.#waitingBytes += message.length;
    return promise;
  }

  /** Something was sent that an answer may have waited for. */
  release(): void {
    if (this.#waiting.length === 0 || this.#isReleasing) return;
    this.#isReleasing = true;
    for (let [next] = this.#waiting; next !== undefined && !this.isFull && next.isDue(); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#waitingBytes -= next.message.length;
      this.write([next.message]);
      next.sent();
    }
    this.#isReleasing = false;
  }

  close(): void {
    this.#closed = true;
    if (this.#stuck !== null) clearTimeout(this.#stuck);
    this.#stuck = null;
    for (const { sent } of this.#waiting) sent();
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#notices.clear();
  }

  /** The system has taken a message from the socket. */
  readonly #written = (): void => {
    if (this.#stuck === null || this.#closed) return;
    if (this.#wire.writableLength >= lowMarkBytes) {
      this.#stuck.refresh();
      return;
    }
    clearTimeout(this.#stuck);
    this.#stuck = null;
    const notices = [...this.#notices.values()];
    this.#notices.clear();
    this.write(notices);
    this.release();
    this.#owner.drained();
  };
}
