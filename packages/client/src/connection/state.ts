/**
 * The life of the client's connection.
 *
 *   idle ─start─▶ connecting ─opened─▶ initializing ─initialized─▶ live ⟲ checked when it is quiet
 *                  ▲   │ lost             │ lost                    │ lost, or silent
 *                  │   ▼                  ▼                         ▼
 *                  │  authenticating ─▶ backoff (a pause)   offline (no network)   blocked (a person must act)
 *                  └──────────────────────┴────────────────────────┘
 *
 * `closed` is final. `attempt` counts connections in a row that did not stay up. Every state that waits for something
 * outside says until when (`dueAtMs`), so that none is waited in for ever.
 */

import type { Access } from "./access.ts";

/** Why trying again by itself would not help. `rejected`: the server refused `initialize` or cannot do what this client needs. */
export type BlockedReason = "signedOut" | "forbidden" | "rejected";

export type ConnectionState =
  | { readonly type: "idle" }
  | { readonly type: "connecting"; readonly attempt: number; readonly dueAtMs: number }
  /** The socket did not open; whether that was for want of a sign-in is being asked. */
  | { readonly type: "authenticating"; readonly attempt: number; readonly dueAtMs: number; readonly reason: string }
  | { readonly type: "initializing"; readonly attempt: number; readonly dueAtMs: number }
  | {
      readonly type: "live";
      readonly attempt: number;
      readonly sinceMs: number;
      /** When the socket is looked at next: has it been quiet for too long, or is the check answered? */
      readonly dueAtMs: number;
      /** Whether `dueAtMs` is that of an answer. */
      readonly isChecked: boolean;
    }
  | { readonly type: "backoff"; readonly attempt: number; readonly dueAtMs: number; readonly reason: string }
  /** It is tried all the same, but seldom: a machine may be wrong about its network. */
  | { readonly type: "offline"; readonly attempt: number; readonly dueAtMs: number }
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
  | { readonly type: "accessChecked"; readonly access: Access }
  /** The state's `dueAtMs` has come. */
  | { readonly type: "due" }
  /** A person asks not to wait any longer. */
  | { readonly type: "retryNow" }
  /** The page was asleep or out of sight, and no longer is. */
  | { readonly type: "woke" }
  /** The network came or went; `circumstances.online` says which. */
  | { readonly type: "networkChanged" }
  | { readonly type: "stop" };

export type ConnectionEffect =
  | { readonly type: "openSocket" }
  | { readonly type: "closeSocket" }
  | { readonly type: "checkAccess" }
  | { readonly type: "initialize" }
  /** Sends something that the server answers. */
  | { readonly type: "checkSocket" };

/** What a transition may know of the world. */
export interface Circumstances {
  readonly nowMs: number;
  /** A fresh random number in [0, 1). */
  readonly jitter: number;
  readonly online: boolean;
  /** Whether a person has the page before them. */
  readonly isWatched: boolean;
  /** When the socket last gave a sign of life. */
  readonly heardAtMs: number;
  /** Whether it gave one since it was checked last. */
  readonly isAnswered: boolean;
}
