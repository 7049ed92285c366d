import type { MethodName } from "@skein/protocol/methods";

/**
 * `waiting`: for a connection, for its turn in the lane, or until `notBeforeMs`. `sending`: it is on its way, or was
 * when the connection went. `answered`: it took effect; the thread's events will show it. `failed`: the server refused
 * it, and nothing is sent until somebody says so.
 */
export type EntryState =
  | { readonly type: "waiting"; readonly notBeforeMs: number }
  | { readonly type: "sending" }
  | { readonly type: "answered" }
  | { readonly type: "failed"; readonly error: Error };

export interface OutboxEntry {
  /** Unique in this outbox. */
  readonly id: number;
  readonly lane: string;
  readonly key: string;
  readonly method: MethodName;
  readonly params: unknown;
  /** Kept over a reload, and after it was answered or failed, for people to see. */
  readonly isPosted: boolean;
  /** Of `params`, as text. */
  readonly bytes: number;
  /** The thread's events show it already, though it is not answered yet. */
  readonly isShown: boolean;
  /** How often the server has asked to come back later, as far as it counts. */
  readonly deferrals: number;
  readonly state: EntryState;
}

export type OutboxSignal =
  | { readonly type: "added"; readonly entry: OutboxEntry }
  | { readonly type: "sent"; readonly id: number }
  /** `isAwaited`: somebody looks at the thread, and will see the command in it. */
  | { readonly type: "answered"; readonly id: number; readonly isAwaited: boolean }
  /** The server will take it later, or so it says. `isCounted`: it may not say so for ever. */
  | { readonly type: "deferred"; readonly id: number; readonly notBeforeMs: number; readonly isCounted: boolean }
  | { readonly type: "failed"; readonly id: number; readonly error: Error }
  | { readonly type: "connectionLost" }
  /** A person asks to send a failed one again. */
  | { readonly type: "retried"; readonly id: number }
  | { readonly type: "discarded"; readonly id: number }
  /** The thread's events show the command with this key. */
  | { readonly type: "shown"; readonly lane: string; readonly key: string }
  /** Nobody looks at the thread any more, or it was loaded anew and whatever was answered is in it. */
  | { readonly type: "reloaded"; readonly lane: string };
