import { closeCodes, reconnectAfterClose } from "@skein/protocol/close-codes";
import { backoffMs, stableAfterMs } from "./backoff.ts";
import type { BlockedReason, Circumstances, ConnectionEffect, ConnectionSignal, ConnectionState } from "./state.ts";

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** What a signal makes of a state. A signal that means nothing in a state gives back the same state object. */
export function transition(state: ConnectionState, signal: ConnectionSignal, now: Circumstances): Transition {
  if (state.type === "closed") return stay(state);
  switch (signal.type) {
    case "start":
      return state.type === "idle" ? connect(1) : stay(state);
    case "opened":
      return state.type === "connecting"
        ? { state: { type: "initializing", attempt: state.attempt }, effects: [{ type: "initialize" }] }
        : stay(state);
    case "initialized":
      return state.type === "initializing"
        ? { state: { type: "live", attempt: state.attempt, sinceMs: now.nowMs }, effects: [] }
        : stay(state);
    case "rejected":
      return state.type === "initializing" ? block("rejected", signal.message) : stay(state);
    case "lost":
      return hasSocket(state) ? lose(state, signal.code, signal.reason, now) : stay(state);
    case "denied":
      return state.type === "idle" ? stay(state) : block(signal.reason, signal.message);
    case "retryDue":
      return state.type === "backoff" ? connect(state.attempt) : stay(state);
    case "retryNow":
      return retryNow(state);
    case "networkChanged":
      return followNetwork(state, now);
    case "stop":
      return { state: { type: "closed" }, effects: [{ type: "cancelRetry" }, { type: "closeSocket" }] };
  }
}

type WithSocket = Extract<ConnectionState, { type: "connecting" | "initializing" | "live" }>;

function hasSocket(state: ConnectionState): state is WithSocket {
  return state.type === "connecting" || state.type === "initializing" || state.type === "live";
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}

function connect(attempt: number): Transition {
  return { state: { type: "connecting", attempt }, effects: [{ type: "openSocket" }] };
}

function block(reason: BlockedReason, message: string): Transition {
  return {
    state: { type: "blocked", reason, message },
    effects: [{ type: "cancelRetry" }, { type: "closeSocket" }],
  };
}

function lose(state: WithSocket, code: number, reason: string, now: Circumstances): Transition {
  const advice = reconnectAfterClose(code);
  if (advice === "never") return block(blockedReasonOf(code), reason);
  const wasStable = state.type === "live" && now.nowMs - state.sinceMs >= stableAfterMs;
  const attempt = wasStable ? 1 : state.attempt;
  if (!now.online) return { state: { type: "offline", attempt }, effects: [] };
  if (advice === "atOnce" && state.type === "live" && attempt === 1) return connect(attempt + 1);
  const retryAtMs = now.nowMs + backoffMs(attempt, now.jitter);
  return {
    state: { type: "backoff", attempt: attempt + 1, retryAtMs, reason },
    effects: [{ type: "scheduleRetry", atMs: retryAtMs }],
  };
}

function blockedReasonOf(code: number): BlockedReason {
  if (code === closeCodes.signedOut.code) return "signedOut";
  if (code === closeCodes.forbidden.code) return "forbidden";
  return "rejected";
}

function retryNow(state: ConnectionState): Transition {
  switch (state.type) {
    case "backoff":
      return { ...connect(state.attempt), effects: [{ type: "cancelRetry" }, { type: "openSocket" }] };
    case "offline":
      return connect(state.attempt);
    case "blocked":
      return connect(1);
    default:
      return stay(state);
  }
}

/** A live socket is believed more than the browser's opinion: a server on the same machine needs no network. */
function followNetwork(state: ConnectionState, now: Circumstances): Transition {
  if (state.type === "offline" && now.online) return connect(state.attempt);
  if (state.type === "backoff" && !now.online) {
    return { state: { type: "offline", attempt: state.attempt }, effects: [{ type: "cancelRetry" }] };
  }
  return stay(state);
}
