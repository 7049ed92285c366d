import type { BlockedReason, ConnectionState } from "@skein/client/connection/state";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";

export interface ConnectionNotice {
  readonly tone: "info" | "warning" | "danger";
  readonly text: string;
  readonly action: "retry" | "reload" | "signIn" | null;
}

export interface ConnectionView {
  readonly state: ConnectionState;
  readonly database: DatabaseStatus;
  /** When the state stopped being live, ms since the epoch; null before the first connection. */
  readonly brokenAtMs: number | null;
  readonly nowMs: number;
  /** The time of `brokenAtMs` as this device writes it. */
  readonly brokenAtText: string;
}

/** A break shorter than this is not worth a word. */
const graceMs = 2000;

/**
 * What the bar under the top bar says; null for nothing. It never claims more than is known: nothing is called sent that was
 * not, and content on the page is named as paused at a time, not as current.
 */
export function presentConnection({
  state,
  database,
  brokenAtMs,
  nowMs,
  brokenAtText,
}: ConnectionView): ConnectionNotice | null {
  const paused = brokenAtMs === null ? "" : ` Live updates paused at ${brokenAtText}.`;
  const short = brokenAtMs !== null && nowMs - brokenAtMs < graceMs;
  switch (state.type) {
    case "idle":
      return null;
    case "live":
      return presentDatabase(database);
    case "closed":
      return { tone: "warning", text: `Disconnected.${paused}`, action: "reload" };
    case "offline":
      return { tone: "warning", text: `You are offline.${paused}`, action: null };
    case "connecting":
    case "authenticating":
    case "initializing":
      if (short || (state.attempt <= 1 && brokenAtMs === null)) return null;
      return { tone: "warning", text: `Reconnecting…${paused}`, action: null };
    case "backoff":
      return short ? null : { tone: "warning", text: `${waiting(state.dueAtMs - nowMs)}${paused}`, action: "retry" };
    case "blocked":
      return presentBlocked(state.reason, state.message);
  }
}

function waiting(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 1 ? "Reconnecting…" : `No connection to the server. Next try in ${seconds} s.`;
}

function presentBlocked(reason: BlockedReason, message: string): ConnectionNotice {
  switch (reason) {
    case "signedOut":
      return { tone: "danger", text: "You are signed out. Drafts are kept.", action: "signIn" };
    case "forbidden":
      return { tone: "danger", text: "You have no access.", action: "signIn" };
    case "rejected":
      return {
        tone: "danger",
        text: `The server refused this page${message === "" ? "" : `: ${message}`}. Reload to update; drafts are kept.`,
        action: "reload",
      };
  }
}

function presentDatabase(database: DatabaseStatus): ConnectionNotice | null {
  if (database.state === "available") return null;
  return {
    tone: "warning",
    text: `Saving is paused: ${database.message}. Work goes on when it is back.`,
    action: null,
  };
}

/** Why a message cannot be given now; null when it can, though it may wait for the connection or the database. */
export function presentPostBlock(state: ConnectionState): string | null {
  return state.type === "blocked" || state.type === "closed" ? presentSendBlock(state, { state: "available" }) : null;
}

/** What a message that was given waits for, as the end of a sentence; null when it is on its way. */
export function presentWait(state: ConnectionState, database: DatabaseStatus): string | null {
  if (state.type !== "live") return "waiting for the connection";
  return database.state === "available" ? null : "saving is paused";
}

/** Why nothing can be sent at this moment; null when it can. */
export function presentSendBlock(state: ConnectionState, database: DatabaseStatus): string | null {
  switch (state.type) {
    case "live":
      return database.state === "available" ? null : "Saving is paused.";
    case "offline":
      return "You are offline.";
    case "blocked":
      return state.reason === "signedOut" ? "You are signed out." : "The server refused the connection.";
    case "idle":
    case "connecting":
    case "authenticating":
    case "initializing":
    case "backoff":
    case "closed":
      return "Waiting for the connection.";
  }
}
