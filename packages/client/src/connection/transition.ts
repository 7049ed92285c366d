import { closeCodes, reconnectAfterClose } from "@skein/protocol/close-codes";
import type { Access } from "./access.ts";
import { backoffMs, maxWatchedAttempt, stableAfterMs } from "./backoff.ts";
import { patience } from "./patience.ts";
import type { BlockedReason, Circumstances, ConnectionEffect, ConnectionSignal, ConnectionState } from "./state.ts";

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

type Live = Extract<ConnectionState, { type: "live" }>;
type Authenticating = Extract<ConnectionState, { type: "authenticating" }>;
type WithSocket = Extract<ConnectionState, { type: "connecting" | "initializing" | "live" }>;

/** What a signal makes of a state. A signal that means nothing in a state gives back the same state object. */
export function transition(state: ConnectionState, signal: ConnectionSignal, now: Circumstances): Transition {
  if (state.type === "closed") return stay(state);
  switch (signal.type) {
    case "start":
      return state.type === "idle" ? connect(1, now) : stay(state);
    case "opened":
      return state.type === "connecting" ? initialize(state.attempt, now) : stay(state);
    case "initialized":
      return state.type === "initializing" ? goLive(state.attempt, now) : stay(state);
    case "rejected":
      return state.type === "initializing" ? block("rejected", signal.message) : stay(state);
    case "lost":
      return hasSocket(state) ? lose(state, signal.code, signal.reason, now) : stay(state);
    case "accessChecked":
      return state.type === "authenticating" ? followAccess(state, signal.access, now) : stay(state);
    case "due":
      return followClock(state, now);
    case "retryNow":
      return state.type === "blocked" ? connect(1, now) : beginAnew(state, now);
    case "woke":
      return hurry(state, now);
    case "networkChanged":
      return followNetwork(state, now);
    case "stop":
      return { state: { type: "closed" }, effects: [{ type: "closeSocket" }] };
  }
}

function hasSocket(state: ConnectionState): state is WithSocket {
  return state.type === "connecting" || state.type === "initializing" || state.type === "live";
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}

function connect(attempt: number, { nowMs }: Circumstances): Transition {
  return {
    state: { type: "connecting", attempt, dueAtMs: nowMs + patience.connectMs },
    effects: [{ type: "openSocket" }],
  };
}

function initialize(attempt: number, { nowMs }: Circumstances): Transition {
  return {
    state: { type: "initializing", attempt, dueAtMs: nowMs + patience.initializeMs },
    effects: [{ type: "initialize" }],
  };
}

function goLive(attempt: number, { nowMs }: Circumstances): Transition {
  const dueAtMs = nowMs + patience.quietMs;
  return { state: { type: "live", attempt, sinceMs: nowMs, dueAtMs, isChecked: false }, effects: [] };
}

function block(reason: BlockedReason, message: string): Transition {
  return { state: { type: "blocked", reason, message }, effects: [{ type: "closeSocket" }] };
}

function lose(state: WithSocket, code: number, reason: string, now: Circumstances): Transition {
  const advice = reconnectAfterClose(code);
  if (advice === "never") return block(blockedReasonOf(code), reason);
  const wasStable = state.type === "live" && now.nowMs - state.sinceMs >= stableAfterMs;
  const attempt = wasStable ? 1 : state.attempt;
  if (now.online && advice === "atOnce" && state.type === "live" && attempt === 1) return connect(attempt + 1, now);
  if (now.online && state.type === "connecting") {
    return {
      state: { type: "authenticating", attempt, dueAtMs: now.nowMs + patience.accessMs, reason },
      effects: [{ type: "checkAccess" }],
    };
  }
  return pause({ attempt }, reason, now);
}

/**
 * A server that is there and takes no more sockets is given time. Where nobody answers there is nobody to spare: whoever
 * watches is to see it as soon as somebody does.
 */
function followAccess(state: Authenticating, access: Access, now: Circumstances): Transition {
  if (access === "signedOut") return block("signedOut", "signed out");
  const isAlone = access === "unknown" && now.isWatched;
  const attempt = isAlone ? Math.min(state.attempt, maxWatchedAttempt) : state.attempt;
  return pause({ attempt }, state.reason, now);
}

function blockedReasonOf(code: number): BlockedReason {
  if (code === closeCodes.signedOut.code) return "signedOut";
  if (code === closeCodes.forbidden.code) return "forbidden";
  return "rejected";
}

/** Before the next attempt: for a while, or for the network. */
function pause({ attempt }: { readonly attempt: number }, reason: string, now: Circumstances): Transition {
  if (!now.online) return stay({ type: "offline", attempt, dueAtMs: now.nowMs + patience.offlineMs });
  const dueAtMs = now.nowMs + backoffMs(attempt, now.jitter);
  return stay({ type: "backoff", attempt: attempt + 1, dueAtMs, reason });
}

function followClock(state: ConnectionState, now: Circumstances): Transition {
  if (!("dueAtMs" in state) || now.nowMs < state.dueAtMs) return stay(state);
  switch (state.type) {
    case "connecting":
    case "initializing":
      return giveUp(state, now);
    case "authenticating":
      return pause(state, state.reason, now);
    case "live":
      return checkLife(state, now);
    case "backoff":
    case "offline":
      return connect(state.attempt, now);
  }
}

/** The socket is there but nobody answers: half-open, or a server that hangs. */
function giveUp(state: WithSocket, now: Circumstances): Transition {
  const { code, reason } = closeCodes.heartbeatLost;
  const { state: next, effects } = lose(state, code, reason, now);
  return { state: next, effects: [{ type: "closeSocket" }, ...effects] };
}

function checkLife(state: Live, now: Circumstances): Transition {
  if (state.isChecked && !now.isAnswered) {
    // Due long ago: this machine slept, and nobody could have answered.
    const slept = now.nowMs - state.dueAtMs > patience.checkMs;
    return slept ? check(state, now, patience.doubtMs) : giveUp(state, now);
  }
  const quietUntilMs = now.heardAtMs + patience.quietMs;
  if (quietUntilMs <= now.nowMs) return check(state, now, patience.checkMs);
  return stay({ ...state, isChecked: false, dueAtMs: quietUntilMs });
}

function check(state: Live, { nowMs }: Circumstances, withinMs: number): Transition {
  return {
    state: { ...state, isChecked: true, dueAtMs: nowMs + withinMs },
    effects: [{ type: "checkSocket" }],
  };
}

/** What failed before says little about what comes: as after a first failure. */
function connectAnew({ attempt }: { readonly attempt: number }, now: Circumstances): Transition {
  return connect(Math.min(attempt, 2), now);
}

/** No more waiting: the next attempt is now, and a socket that is believed to live has to prove it. */
function hurry(state: ConnectionState, now: Circumstances): Transition {
  switch (state.type) {
    case "authenticating":
    case "backoff":
    case "offline":
      return connectAnew(state, now);
    case "live":
      return isBeingChecked(state, now) ? stay(state) : check(state, now, patience.doubtMs);
    default:
      return stay(state);
  }
}

/** The same, where a socket that has not come about yet is not waited for either: it may belong to a network that is gone. */
function beginAnew(state: ConnectionState, now: Circumstances): Transition {
  if (state.type !== "connecting" && state.type !== "initializing") return hurry(state, now);
  const { state: next, effects } = connectAnew(state, now);
  return { state: next, effects: [{ type: "closeSocket" }, ...effects] };
}

/** A check from before a sleep does not count. */
function isBeingChecked({ isChecked, dueAtMs }: Live, { nowMs, isAnswered }: Circumstances): boolean {
  return isChecked && !isAnswered && nowMs < dueAtMs;
}

/** A live socket is believed more than the machine's opinion, but asked: a server on the same machine needs no network. */
function followNetwork(state: ConnectionState, now: Circumstances): Transition {
  if (state.type === "live") return hurry(state, now);
  if (now.online) return beginAnew(state, now);
  return state.type === "backoff" ? pause(state, state.reason, now) : stay(state);
}
