/**
 * A thread's model: whose key pays is asked anew at every call, so a credential that was changed or deleted counts at the next one, on every
 * node. The key is opened for the call, goes into its request and is not kept.
 */
import { ResponsesModel } from "@skein/core/model/responses-model";
import { type Model, ModelRefused } from "@skein/core/ports";
import { RefusedAddress } from "@skein/executor/egress/refused-address";
import type { ResponseCreateParamsStreaming, ResponseStreamEvent } from "openai/resources/responses/responses";
import type { StoredSecret } from "../credential/stored-secrets.ts";
import { redactEvent, redactKey } from "./redact-key.ts";

export interface OpenedCredential {
  readonly stored: StoredSecret;
  readonly secret: string;
}

export interface CredentialModelPorts {
  /** The server's own, or the demo model. */
  readonly fallback: Model;
  /** null: neither the person nor the tenant has one. */
  open(): Promise<OpenedCredential | null>;
  /** Called before the key goes out. */
  used(stored: StoredSecret): void;
  /** By which model the request is made under this credential. Throws when the credential is not for it. */
  modelFor(asked: string, stored: StoredSecret): string;
  /** Reaches only what tenants may reach. */
  readonly fetch: typeof fetch;
}

export class CredentialModel implements Model {
  readonly #ports: CredentialModelPorts;

  constructor(ports: CredentialModelPorts) {
    this.#ports = ports;
  }

  async stream(
    request: ResponseCreateParamsStreaming,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ResponseStreamEvent>> {
    const credential = await this.#ports.open();
    if (credential === null) return this.#ports.fallback.stream(request, signal);
    const { stored, secret } = credential;
    const model = this.#ports.modelFor(String(request.model), stored);
    this.#ports.used(stored);
    return withoutKey(secret, () => clientOf(credential, this.#ports.fetch).stream({ ...request, model }, signal));
  }
}

export function clientOf({ stored, secret }: OpenedCredential, guardedFetch: typeof fetch): ResponsesModel {
  return new ResponsesModel({
    apiKey: secret,
    ...(stored.baseUrl === null ? {} : { baseURL: stored.baseUrl }),
    // A redirect would carry the key to a place for which nobody gave it.
    fetch: (input, init) => guardedFetch(input, { ...init, redirect: "error" }),
  });
}

async function withoutKey(
  key: string,
  ask: () => Promise<AsyncIterable<ResponseStreamEvent>>,
): Promise<AsyncIterable<ResponseStreamEvent>> {
  try {
    return redacted(key, await ask());
  } catch (error) {
    const refused = findRefused(error);
    // Trying again would change nothing.
    throw refused === null ? redactKey(error, key) : new ModelRefused(`${refused.message}.`, { cause: refused });
  }
}

async function* redacted(key: string, events: AsyncIterable<ResponseStreamEvent>): AsyncGenerator<ResponseStreamEvent> {
  try {
    for await (const event of events) yield redactEvent(event, key);
  } catch (error) {
    throw redactKey(error, key);
  }
}

/** null: the address was none that tenants may not reach. */
export function findRefused(error: unknown): RefusedAddress | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof RefusedAddress) return at;
  }
  return null;
}
