/** What a node asks the owner of a thread to do for one of its clients, and what comes back. */
import type { ErrorObject } from "@skein/protocol/errors";
import type { ApprovalOutcome, ThreadSettings } from "@skein/timeline/event";
import type { Origin } from "../../audit/actor.ts";
import type { Principal } from "../../identity/principal.ts";
import type { ThreadKey } from "../../subscription/subscriptions.ts";
import type { ClientIdentity } from "../client-connection.ts";

/** Who asks. Decided by the node that holds the connection; nodes trust each other. */
export interface Caller {
  readonly principal: Principal;
  readonly client: ClientIdentity | null;
  /** Where they are, as the node of their connection sees it. */
  readonly origin: Origin;
}

export type Ask =
  | { readonly type: "method"; readonly method: string; readonly params: unknown }
  /** The settings for the turns to come. */
  | { readonly type: "settings"; readonly settings: ThreadSettings }
  | { readonly type: "approval"; readonly approvalId: string; readonly outcome: ApprovalOutcome };

export interface ForwardedRequest {
  readonly caller: Caller;
  readonly thread: ThreadKey;
  readonly ask: Ask;
}

export type ForwardedAnswer =
  /** `through`: what was published before the answer. */
  | { readonly type: "result"; readonly result: unknown; readonly through: number }
  | { readonly type: "error"; readonly error: ErrorObject; readonly through: number }
  /** Nothing was done. */
  | { readonly type: "notOwner" }
  /** The thread was lost on the way; perhaps it was done. */
  | { readonly type: "lost" };

export function encodeForwarded(message: ForwardedRequest | ForwardedAnswer): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** What another node of this server has encoded. */
export function decodeForwarded<T extends ForwardedRequest | ForwardedAnswer>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes).toString()) as T;
}
