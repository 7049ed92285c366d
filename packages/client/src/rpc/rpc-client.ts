/**
 * Requests, answers and notifications over one connection at a time. On the wire the member `jsonrpc` is missing; inside,
 * the json-rpc-2.0 library keeps the books of what is open.
 */

import type { RequestId } from "@skein/protocol/json-rpc";
import { maxMessageBytes } from "@skein/protocol/message-limit";
import type { MethodName, ParamsInput, ResultOf } from "@skein/protocol/methods";
import type { ServerNotification } from "@skein/protocol/notifications";
import type { ServerRequestMethod, ServerRequestParams } from "@skein/protocol/server-requests";
import { JSONRPCClient, JSONRPCErrorException } from "json-rpc-2.0";
import type { Clock } from "../connection/clock.ts";
import { NotConnected } from "../connection/not-connected.ts";
import { decideRepeat } from "./decide-repeat.ts";
import { ConnectionLost, MessageTooLarge, RpcError } from "./rpc-error.ts";

/** A request of the server's; it is answered by its id, by `respond`, whenever a person has decided. */
export type ServerRequest = {
  [M in ServerRequestMethod]: { readonly id: RequestId; readonly method: M; readonly params: ServerRequestParams<M> };
}[ServerRequestMethod];

export interface RpcHandlers {
  /** Throws when nothing can be sent. */
  readonly send: (text: string) => void;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly onServerRequest: (request: ServerRequest) => void;
  readonly clock: Clock;
}

/** The code under which the library reports what happened on this side; no server uses it. */
const localFailureCode = 0;
const lost = "connection lost";
const tooLarge = "message too large";

export class RpcClient {
  readonly #handlers: RpcHandlers;
  readonly #client: JSONRPCClient;
  /** Requests that met a limit and wait to be made again: what ends each wait for want of a connection. */
  readonly #pausing = new Set<() => void>();

  constructor(handlers: RpcHandlers) {
    this.#handlers = handlers;
    this.#client = new JSONRPCClient((payload) => this.#send(payload));
  }

  /**
   * Rejects with `RpcError`, `ConnectionLost`, `NotConnected` or `MessageTooLarge`. What only reads and meets a limit of the
   * server's is made again when that says so.
   */
  async request<M extends MethodName>(method: M, params: ParamsInput<M>): Promise<ResultOf<M>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#client.request(method, params);
      } catch (error) {
        const failure = translate(error);
        const waitMs = decideRepeat(method, failure, tries, this.#handlers.clock.random());
        if (waitMs === null) throw failure;
        await this.#pause(waitMs);
      }
    }
  }

  notify(method: "initialized"): void {
    this.#send({ method });
  }

  respond(id: RequestId, result: unknown): void {
    this.#send({ id, result });
  }

  /** Takes a text message from the socket. What is no frame is dropped: there is nobody to tell. */
  receive(text: string): void {
    const frame = parse(text);
    if (frame === null) return;
    if (typeof frame.method !== "string") this.#client.receive({ ...frame, jsonrpc: "2.0" } as never);
    else if (frame.id === undefined) this.#handlers.onNotification(frame as unknown as ServerNotification);
    else this.#handlers.onServerRequest(frame as unknown as ServerRequest);
  }

  /** Rejects every open request with `ConnectionLost`. */
  connectionLost(): void {
    this.#client.rejectAllPendingRequests(lost);
    for (const end of [...this.#pausing]) end();
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#handlers.clock.after(ms, resolve);
    const end = () => reject(new ConnectionLost());
    this.#pausing.add(end);
    await promise.finally(() => {
      cancel();
      this.#pausing.delete(end);
    });
  }

  #send(payload: Record<string, unknown>): void {
    const { jsonrpc: _, ...frame } = payload;
    const text = JSON.stringify(frame);
    if (exceeds(text, maxMessageBytes)) throw new Error(tooLarge);
    this.#handlers.send(text);
  }
}

/** A character takes at most three bytes, so most messages need not be encoded to be measured. */
function exceeds(text: string, maxBytes: number): boolean {
  return text.length > maxBytes / 3 && new TextEncoder().encode(text).length > maxBytes;
}

function translate(error: unknown): unknown {
  if (!(error instanceof JSONRPCErrorException)) return error;
  if (error.code !== localFailureCode) return new RpcError(error.code, error.message, error.data);
  if (error.message === tooLarge) return new MessageTooLarge();
  return error.message === lost ? new ConnectionLost() : new NotConnected(error.message);
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null && !Array.isArray(frame) ? { ...frame } : null;
  } catch {
    return null;
  }
}
