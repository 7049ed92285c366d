/**
 * The life of the client's connection.
 *
 *   idle ─start─▶ connecting ─opened─▶ initializing ─initialized─▶ live
 *                  ▲   │ lost             │ lost                    │ lost
 *                  │   ▼                  ▼                         ▼
 *                  └─ backoff (a pause)   offline (no network)   blocked (a person must act)
 *
 * `closed` is final. `attempt` counts connections in a row that did not stay up.
 */

/** Why trying again by itself would not help. `rejected`: the server refused `initialize` or cannot do what this client needs. */
export type BlockedReason = "signedOut" | "forbidden" | "rejected";

export type ConnectionState =
  | { readonly type: "idle" }
  | { readonly type: "connecting"; readonly attempt: number }
  | { readonly type: "initializing"; readonly attempt: number }
  | { readonly type: "live"; readonly attempt: number; readonly sinceMs: number }
  | { readonly type: "backoff"; readonly attempt: number; readonly retryAtMs: number; readonly reason: string }
  | { readonly type: "offline"; readonly attempt: number }
  | { readonly type: "blocked"; readonly reason: BlockedReason; readonly message: string }
  | { readonly type: "closed" };

export type ConnectionSignal =
  | { readonly type: "start" }
  | { readonly type: "opened" }
  | { readonly type: "initialized" }
  /** `initialize` was answered with an error, or without what this client needs. */
  | { readonly type: "rejected"; readonly message: string }
  /** The socket is gone, whoever closed it; also when it never opened. */
  | { readonly type: "lost"; readonly code: number; readonly reason: string }
  /** Somebody found out by other means that there is no access, e.g. a page that asked for its session. */
  | { readonly type: "denied"; readonly reason: BlockedReason; readonly message: string }
  | { readonly type: "retryDue" }
  /** The person or a waking page asks not to wait any longer. */
  | { readonly type: "retryNow" }
  /** The network came or went; `circumstances.online` says which. */
  | { readonly type: "networkChanged" }
  | { readonly type: "stop" };

export type ConnectionEffect =
  | { readonly type: "openSocket" }
  | { readonly type: "initialize" }
  | { readonly type: "closeSocket" }
  | { readonly type: "scheduleRetry"; readonly atMs: number }
  | { readonly type: "cancelRetry" };

/** What a transition may know of the world. `jitter` is a fresh random number in [0, 1). */
export interface Circumstances {
  readonly nowMs: number;
  readonly jitter: number;
  readonly online: boolean;
}
