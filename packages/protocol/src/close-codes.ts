/** Why a socket is closed, and what a client should do then. This file has no dependency, for the browser's sake. */

/** `atOnce`: reconnect without a pause, by the cursor. `afterBackoff`: with growing pauses. `never`: a person must act first. */
export type Reconnect = "atOnce" | "afterBackoff" | "never";

export interface CloseCode {
  readonly code: number;
  /** At most 123 bytes, as a close frame allows. */
  readonly reason: string;
  readonly reconnect: Reconnect;
}

export const closeCodes = {
  /** The server stops. Threads go on elsewhere or after its next start. */
  goingAway: { code: 1001, reason: "server is stopping", reconnect: "atOnce" },
  /** One message was larger than the server reads. */
  messageTooBig: { code: 1009, reason: "message too large", reconnect: "never" },
  /** A fault of the server's that left the connection in doubt. */
  internalError: { code: 1011, reason: "internal error", reconnect: "afterBackoff" },
  /** The server restarts and will be back in seconds. */
  restarting: { code: 1012, reason: "server is restarting", reconnect: "atOnce" },
  /** No room for another connection now. */
  tryAgainLater: { code: 1013, reason: "too many connections, try again later", reconnect: "afterBackoff" },
  /** The session ended or the token was revoked. */
  signedOut: { code: 4401, reason: "signed out", reconnect: "never" },
  /** The member has another role now: the next connection is made with it. */
  roleChanged: { code: 4402, reason: "your role has changed, connect again", reconnect: "atOnce" },
  /** The principal lost the right to what the connection was for. */
  forbidden: { code: 4403, reason: "no longer allowed", reconnect: "never" },
  /** The link leads nowhere: it was never made, was revoked or has expired, or its thread is gone. */
  shareEnded: { code: 4410, reason: "this link leads nowhere, or not any more", reconnect: "never" },
  /** No answer to a ping: the network between is taken to be dead. */
  heartbeatLost: { code: 4408, reason: "no answer to ping", reconnect: "atOnce" },
  /** The client did not read for long; nothing is lost, it goes on from its cursor. */
  slowReader: { code: 4413, reason: "client does not read, resume from your cursor", reconnect: "afterBackoff" },
  /** Too many messages that are none. */
  malformed: { code: 4400, reason: "too many malformed messages", reconnect: "afterBackoff" },
  /** More messages than the server queues for one connection. */
  flooding: { code: 4429, reason: "too many messages in flight", reconnect: "afterBackoff" },
} as const satisfies Record<string, CloseCode>;

/** A code that is not in the list, 1006 above all, is the network's: come back with pauses. */
export function reconnectAfterClose(code: number): Reconnect {
  return Object.values(closeCodes).find((known) => known.code === code)?.reconnect ?? "afterBackoff";
}
