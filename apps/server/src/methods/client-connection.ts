/** The connection of a request, as far as handlers need it. */

import type { Right } from "@skein/protocol/right";
import type { Origin } from "../audit/actor.ts";
import type { Principal } from "../identity/principal.ts";
import type { Encoding } from "../subscription/encode.ts";
import type { Follower } from "../subscription/follower.ts";
import type { Subscription } from "../subscription/subscription.ts";
import type { ViewTerms } from "../subscription/view-terms.ts";

/** What the client said of itself in `initialize`. */
export interface ClientIdentity {
  readonly name: string;
  readonly version: string;
  readonly experimentalApi: boolean;
}

/** The extensions that it asked for and may use. */
export interface Granted {
  readonly replay: boolean;
  readonly presence: boolean;
}

export interface ClientConnection extends Follower {
  readonly principal: Principal;
  /** Where its requests come from. */
  readonly origin: Origin;
  /** null before `initialize`. */
  readonly client: ClientIdentity | null;
  readonly encoding: Encoding;
  readonly isClosed: boolean;
  /** Aborted when the connection is closed. */
  readonly gone: AbortSignal;
  /** Resolves when the client has taken enough of what it was sent to be sent more, or will never. */
  untilRoom(): Promise<void>;
  initialize(client: ClientIdentity, granted: Granted, optedOut: readonly string[]): void;
  /** `terms`: of a viewer. The subscription starts held; one that this connection has already is held and given back. */
  follow(threadId: string, rights: ReadonlySet<Right>, terms?: ViewTerms): Subscription;
  /** The others who follow the thread see that this one does, as long as it does. */
  watch(threadId: string): void;
  /** Whether it says at the moment that its person writes something there. */
  types(threadId: string, typing: boolean): void;
  isSubscribedTo(threadId: string): boolean;
  subscriptionTo(threadId: string): Subscription | undefined;
  notify(method: string, params: unknown): void;
  /** An answer; what was published before it goes out before it. null: it has gone out; else resolves when it has. */
  respond(response: object): Promise<void> | null;
}
