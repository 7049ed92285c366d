import { closeCodes } from "@skein/protocol/close-codes";
import { expect, test } from "vitest";
import { stableAfterMs } from "./backoff.ts";
import type { Circumstances, ConnectionSignal, ConnectionState } from "./state.ts";
import { transition } from "./transition.ts";

const now: Circumstances = { nowMs: 1_000_000, jitter: 0.5, online: true };

const states = {
  idle: { type: "idle" },
  connecting: { type: "connecting", attempt: 3 },
  initializing: { type: "initializing", attempt: 3 },
  live: { type: "live", attempt: 3, sinceMs: now.nowMs - 10 },
  backoff: { type: "backoff", attempt: 3, retryAtMs: now.nowMs + 100, reason: "" },
  offline: { type: "offline", attempt: 3 },
  blocked: { type: "blocked", reason: "signedOut", message: "signed out" },
  closed: { type: "closed" },
} as const satisfies { [T in ConnectionState["type"]]: Extract<ConnectionState, { type: T }> };

const signals = {
  start: { type: "start" },
  opened: { type: "opened" },
  initialized: { type: "initialized" },
  rejected: { type: "rejected", message: "no" },
  lost: { type: "lost", code: 1006, reason: "" },
  denied: { type: "denied", reason: "signedOut", message: "no session" },
  retryDue: { type: "retryDue" },
  retryNow: { type: "retryNow" },
  networkChanged: { type: "networkChanged" },
  stop: { type: "stop" },
} as const satisfies { [T in ConnectionSignal["type"]]: Extract<ConnectionSignal, { type: T }> };

type StateType = keyof typeof states;
type SignalType = keyof typeof signals;

/** The next state and the effects; what a row does not name changes nothing. A new state or signal does not compile without its place here. */
const table: Record<StateType, Partial<Record<SignalType, string>>> = {
  idle: { start: "connecting openSocket", stop: "closed cancelRetry closeSocket" },
  connecting: {
    ...{ opened: "initializing initialize", lost: "backoff scheduleRetry" },
    ...{ denied: "blocked cancelRetry closeSocket", stop: "closed cancelRetry closeSocket" },
  },
  initializing: {
    ...{ initialized: "live", rejected: "blocked cancelRetry closeSocket", lost: "backoff scheduleRetry" },
    ...{ denied: "blocked cancelRetry closeSocket", stop: "closed cancelRetry closeSocket" },
  },
  live: {
    ...{ lost: "backoff scheduleRetry", denied: "blocked cancelRetry closeSocket" },
    stop: "closed cancelRetry closeSocket",
  },
  backoff: {
    ...{ retryDue: "connecting openSocket", retryNow: "connecting cancelRetry openSocket" },
    ...{ denied: "blocked cancelRetry closeSocket", stop: "closed cancelRetry closeSocket" },
  },
  offline: {
    ...{ retryNow: "connecting openSocket", networkChanged: "connecting openSocket" },
    ...{ denied: "blocked cancelRetry closeSocket", stop: "closed cancelRetry closeSocket" },
  },
  blocked: {
    ...{ retryNow: "connecting openSocket", denied: "blocked cancelRetry closeSocket" },
    stop: "closed cancelRetry closeSocket",
  },
  closed: {},
};

const cells = (Object.keys(states) as StateType[]).flatMap((state) =>
  (Object.keys(signals) as SignalType[]).map((signal) => ({ state, signal })),
);

test.each(cells)("$state, $signal", ({ state, signal }) => {
  const next = transition(states[state], signals[signal], now);
  const expected = table[state][signal];
  if (expected === undefined) expect(next).toEqual({ state: states[state], effects: [] });
  else expect([next.state.type, ...next.effects.map(({ type }) => type)].join(" ")).toBe(expected);
});

test("each failure in a row waits longer, a connection that held starts anew", () => {
  const { state } = transition(states.connecting, signals.lost, now);
  expect(state).toMatchObject({ type: "backoff", attempt: 4, retryAtMs: now.nowMs + 1000 });
  const stable = { ...states.live, sinceMs: now.nowMs - stableAfterMs };
  expect(transition(stable, signals.lost, now).state).toMatchObject({ attempt: 2, retryAtMs: now.nowMs + 250 });
});

test("a server that stops is called again at once, but only once", () => {
  const lost = { type: "lost", code: closeCodes.restarting.code, reason: "server is restarting" } as const;
  const first = transition({ type: "live", attempt: 1, sinceMs: now.nowMs }, lost, now);
  expect(first.state).toEqual({ type: "connecting", attempt: 2 });
  expect(transition({ type: "connecting", attempt: 2 }, lost, now).state.type).toBe("backoff");
});

test.each([
  [closeCodes.signedOut, "signedOut"],
  [closeCodes.forbidden, "forbidden"],
  [closeCodes.messageTooBig, "rejected"],
] as const)("close code $code needs a person", ({ code, reason: message }, reason) => {
  const lost = { type: "lost", code, reason: message } as const;
  expect(transition(states.live, lost, now).state).toEqual({ type: "blocked", reason, message });
});

test("without a network there is nothing to wait for but the network", () => {
  const offline = { ...now, online: false };
  expect(transition(states.live, signals.lost, offline).state).toEqual({ type: "offline", attempt: 3 });
  const paused = transition(states.backoff, signals.networkChanged, offline);
  expect(paused).toEqual({ state: { type: "offline", attempt: 3 }, effects: [{ type: "cancelRetry" }] });
  expect(transition(states.live, signals.networkChanged, offline).state).toBe(states.live);
});
