/**
 * A conversation that outlives its connections. Each side numbers its messages and keeps them until the other has
 * acknowledged them; over a new connection both say what they have, and what is missing is sent again. So every message
 * arrives once and in order, or the link is broken for good.
 */
import * as z from "zod";
import { encodeFrame, type Frame, FrameDecoder, FrameError } from "../rpc/frame.ts";
import { KeptMessages } from "./kept-messages.ts";

/** One connection, as long as it lasts. */
export interface Carrier {
  send(message: Uint8Array): void;
}

export interface LinkOptions {
  /** Beyond this much that the peer has not acknowledged, the link is broken. */
  readonly maxKeptBytes: number;
  /** A message, once and in order. May throw for one that breaks the peer's word. */
  received(frame: Frame): void;
  /** Called once; nothing is sent or received from now on. */
  broken(reason: string): void;
}

/** `number` null: not kept, and not to be acknowledged; `content` null with it: an acknowledgement and nothing else. */
const envelope = z.object({
  number: z.int().positive().nullable(),
  received: z.int().nonnegative(),
  content: z.unknown(),
});

/** Received and not acknowledged; a message of our own acknowledges too. */
const acknowledgeAfter = { messages: 16, bytes: 64 * 1024 };

export class Link {
  readonly #options: LinkOptions;
  readonly #kept = new KeptMessages();
  #carrier: Carrier | null = null;
  #sent = 0;
  #received = 0;
  #unacknowledged = { messages: 0, bytes: 0 };
  #isBroken = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The number of the last message that arrived; told to the peer when a connection is made. */
  get received(): number {
    return this.#received;
  }

  get isAttached(): boolean {
    return this.#carrier !== null;
  }

  /** Throws `FrameError` for a message above the caps; nothing of it is sent, and the link goes on. */
  send(content: unknown, body?: Uint8Array): void {
    if (this.#isBroken) return;
    const number = this.#sent + 1;
    const message = this.#encode(number, content, body);
    this.#sent = number;
    this.#kept.add(number, message);
    if (this.#kept.bytes > this.#options.maxKeptBytes) {
      this.break(`more than ${this.#options.maxKeptBytes} bytes wait to be received`);
      return;
    }
    this.#carrier?.send(message);
  }

  /** For what is worth something now or never: it is not kept, and lost when there is no connection. */
  sendNow(content: unknown): void {
    this.#carrier?.send(this.#encode(null, content));
  }

  /** `peerReceived`: what the other side says it has. What it lacks is sent at once. */
  attach(carrier: Carrier, peerReceived: number): void {
    if (this.#isBroken) return;
    if (!this.#acknowledged(peerReceived)) {
      this.break("the other side has what was never sent");
      return;
    }
    this.#carrier = carrier;
    for (const message of this.#kept.all()) carrier.send(message);
  }

  /** Of this connection only: a later one is not disturbed by the end of an earlier. */
  detach(carrier: Carrier): void {
    if (this.#carrier === carrier) this.#carrier = null;
  }

  /** Throws what shows that the other side does not speak the protocol. */
  receive(message: Uint8Array): void {
    if (this.#isBroken) return;
    const { header, body } = decodeOne(message);
    const { number, received, content } = envelope.parse(header);
    if (!this.#acknowledged(received)) throw new FrameError("what was never sent is acknowledged");
    if (number === null) {
      if (content !== null) this.#options.received({ header: content, body });
      return;
    }
    // Already here: it was on its way when the connection was lost, and came again.
    if (number <= this.#received) return;
    if (number !== this.#received + 1) throw new FrameError(`message ${number} came after ${this.#received}`);
    this.#received = number;
    this.#count(message.length);
    this.#options.received({ header: content, body });
  }

  break(reason: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#carrier = null;
    this.#kept.drop(this.#sent);
    this.#options.broken(reason);
  }

  #acknowledged(received: number): boolean {
    if (received > this.#sent) return false;
    this.#kept.drop(received);
    return true;
  }

  #count(bytes: number): void {
    this.#unacknowledged.messages++;
    this.#unacknowledged.bytes += bytes;
    const { messages, bytes: total } = this.#unacknowledged;
    if (messages < acknowledgeAfter.messages && total < acknowledgeAfter.bytes) return;
    this.#carrier?.send(this.#encode(null, null));
  }

  #encode(number: number | null, content: unknown, body?: Uint8Array): Uint8Array {
    const message = Buffer.concat(encodeFrame({ number, received: this.#received, content }, body));
    this.#unacknowledged = { messages: 0, bytes: 0 };
    return message;
  }
}

/** A message of a connection is one whole frame. */
function decodeOne(message: Uint8Array): Frame {
  const [frame, more] = new FrameDecoder().push(message);
  if (frame === undefined || more !== undefined) throw new FrameError("a message is not one frame");
  return frame;
}
