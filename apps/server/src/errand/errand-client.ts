import type { Origin } from "../audit/actor.ts";
import type { Principal } from "../identity/principal.ts";

/** A connection, as far as errands need it. */
export interface ErrandClient {
  readonly principal: Principal;
  readonly origin: Origin;
  /** null before `initialize`. */
  readonly client: { readonly name: string } | null;
  /** Aborted when it is closed. */
  readonly gone: AbortSignal;
  notify(method: string, params: unknown): void;
  /** Resolves when more may be sent, or nothing will be any more. */
  untilRoom(): Promise<void>;
}
