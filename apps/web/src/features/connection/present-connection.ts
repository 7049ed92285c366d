import type { BlockedReason, ConnectionState } from "@skein/client/connection/state";
import type { DatabaseStatus } from "@skein/protocol/notifications/server";

export interface ConnectionNotice {
  readonly tone: "warning" | "danger";
  readonly text: string;
  /** What changes every second, and is not worth being read aloud each time; null for nothing. */
  readonly countdown: string | null;
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
/** A pause shorter than this is part of trying. */
const shortPauseMs = 3000;

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
      return warning(`Disconnected.${paused}`, "reload");
    case "offline":
      return warning(`You are offline.${paused}`, "retry");
    case "connecting":
    case "authenticating":
    case "initializing":
      if (short || (state.attempt <= 1 && brokenAtMs === null)) return null;
      return warning(`Reconnecting…${paused}`, "retry");
    case "backoff":
      return short ? null : presentPause(state.dueAtMs - nowMs, paused);
    case "blocked":
      return presentBlocked(state.reason, state.message);
  }
}

function warning(text: string, action: ConnectionNotice["action"], countdown: string | null = null): ConnectionNotice {
  return { tone: "warning", text, countdown, action };
}

function presentPause(ms: number, paused: string): ConnectionNotice {
  if (ms <= shortPauseMs) return warning(`Reconnecting…${paused}`, "retry");
  return warning(`No connection to the server.${paused}`, "retry", `Next try in ${Math.ceil(ms / 1000)} s.`);
}

function presentBlocked(reason: BlockedReason, message: string): ConnectionNotice {
  switch (reason) {
    case "signedOut":
      return danger("You are signed out. Drafts are kept.", "signIn");
    case "forbidden":
      return danger("You have no access.", "signIn");
    case "rejected": {
      const why = message === "" ? "" : `: ${message}`;
      return danger(`The server refused this page${why}. Reload to update; drafts are kept.`, "reload");
    }
  }
}

function danger(text: string, action: ConnectionNotice["action"]): ConnectionNotice {
  return { tone: "danger", text, countdown: null, action };
}

function presentDatabase(database: DatabaseStatus): ConnectionNotice | null {
  if (database.state === "available") return null;
  return warning(`Saving is paused: ${database.message}. Work goes on when it is back.`, null);
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
