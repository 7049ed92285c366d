/**
 * What nodes tell each other. A message may be lost, doubled or late: whoever needs more than that carries seqs or
 * repeats itself under an id. A node does not hear what it says.
 */

/** Who hears the node. `disconnected`: nobody, for the moment; `why` is meant for operators. */
export type BusState =
  | { readonly type: "alone" }
  | { readonly type: "connected" }
  | { readonly type: "disconnected"; readonly why: string };

export type BusReply =
  | { readonly type: "reply"; readonly payload: Uint8Array }
  /** No node listens there: the request did not arrive. */
  | { readonly type: "nobody" }
  /** Whether it arrived is unknown. */
  | { readonly type: "silence" };

export type Unsubscribe = () => void;

export interface Bus {
  readonly state: BusState;
  /** `encode` is called when somebody might listen. Payloads are at most `maxPayloadBytes` long. */
  publish(subject: string, encode: () => Uint8Array): void;
  subscribe(subject: string, listener: (payload: Uint8Array) => void): Unsubscribe;
  /** Never rejects. */
  request(subject: string, payload: Uint8Array, timeoutMs: number): Promise<BusReply>;
  /** Requests to the subject. A handler that rejects, or whose reply is too long, leaves its request without one. */
  answer(subject: string, handler: (payload: Uint8Array) => Promise<Uint8Array>): Unsubscribe;
  close(): Promise<void>;
}

/** A NATS server takes 1 MiB unless it is told otherwise. */
export const maxPayloadBytes = 512 * 1024;
