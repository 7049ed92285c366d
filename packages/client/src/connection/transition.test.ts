import { closeCodes } from "@skein/protocol/close-codes";
import { describe, expect, test } from "vitest";
import { stableAfterMs } from "./backoff.ts";
import { patience } from "./patience.ts";
import type { Circumstances, ConnectionSignal, ConnectionState } from "./state.ts";
import { transition } from "./transition.ts";

const now: Circumstances = {
  ...{ nowMs: 1_000_000, jitter: 0.5, online: true, isWatched: false },
  ...{ heardAtMs: 999_000, isAnswered: false },
};
const { nowMs } = now;

const states = {
  idle: { type: "idle" },
  connecting: { type: "connecting", attempt: 3, dueAtMs: nowMs },
  authenticating: { type: "authenticating", attempt: 3, dueAtMs: nowMs, reason: "" },
  initializing: { type: "initializing", attempt: 3, dueAtMs: nowMs },
  live: { type: "live", attempt: 3, sinceMs: nowMs - 10, dueAtMs: nowMs, isChecked: false },
  backoff: { type: "backoff", attempt: 3, dueAtMs: nowMs, reason: "" },
  offline: { type: "offline", attempt: 3, dueAtMs: nowMs },
  blocked: { type: "blocked", reason: "signedOut", message: "signed out" },
  closed: { type: "closed" },
} as const satisfies { [T in ConnectionState["type"]]: Extract<ConnectionState, { type: T }> };

const signals = {
  start: { type: "start" },
  opened: { type: "opened" },
  initialized: { type: "initialized" },
  rejected: { type: "rejected", message: "no" },
  lost: { type: "lost", code: 1006, reason: "" },
  accessChecked: { type: "accessChecked", access: "signedOut" },
  due: { type: "due" },
  retryNow: { type: "retryNow" },
  woke: { type: "woke" },
  networkChanged: { type: "networkChanged" },
  stop: { type: "stop" },
} as const satisfies { [T in ConnectionSignal["type"]]: Extract<ConnectionSignal, { type: T }> };

type StateType = keyof typeof states;
type SignalType = keyof typeof signals;

/** The next state and the effects; what a row does not name changes nothing. A new state or signal does not compile without its place here. */
const table: Record<StateType, Partial<Record<SignalType, string>>> = {
  idle: { start: "connecting openSocket", stop: "closed closeSocket" },
  connecting: {
    ...{ opened: "initializing initialize", lost: "authenticating checkAccess" },
    ...{ due: "authenticating closeSocket checkAccess", retryNow: "connecting closeSocket openSocket" },
    ...{ networkChanged: "connecting closeSocket openSocket", stop: "closed closeSocket" },
  },
  authenticating: {
    ...{ accessChecked: "blocked closeSocket", due: "backoff", retryNow: "connecting openSocket" },
    ...{ woke: "connecting openSocket", networkChanged: "connecting openSocket", stop: "closed closeSocket" },
  },
  initializing: {
    ...{ initialized: "live", rejected: "blocked closeSocket", lost: "backoff", due: "backoff closeSocket" },
    ...{ retryNow: "connecting closeSocket openSocket", networkChanged: "connecting closeSocket openSocket" },
    stop: "closed closeSocket",
  },
  live: {
    ...{ lost: "backoff", due: "live", retryNow: "live checkSocket", woke: "live checkSocket" },
    ...{ networkChanged: "live checkSocket", stop: "closed closeSocket" },
  },
  backoff: {
    ...{ due: "connecting openSocket", retryNow: "connecting openSocket", woke: "connecting openSocket" },
    ...{ networkChanged: "connecting openSocket", stop: "closed closeSocket" },
  },
  offline: {
    ...{ due: "connecting openSocket", retryNow: "connecting openSocket", woke: "connecting openSocket" },
    ...{ networkChanged: "connecting openSocket", stop: "closed closeSocket" },
  },
  blocked: { retryNow: "connecting openSocket", stop: "closed closeSocket" },
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
  const { state } = transition(states.initializing, signals.lost, now);
  expect(state).toMatchObject({ type: "backoff", attempt: 4, dueAtMs: nowMs + 1000 });
  const stable = { ...states.live, sinceMs: nowMs - stableAfterMs };
  expect(transition(stable, signals.lost, now).state).toMatchObject({ attempt: 2, dueAtMs: nowMs + 250 });
});

test("a server that stops is called again at once, but only once", () => {
  const lost = { type: "lost", code: closeCodes.restarting.code, reason: "server is restarting" } as const;
  const first = transition({ ...states.live, attempt: 1 }, lost, now);
  expect(first.state).toMatchObject({ type: "connecting", attempt: 2 });
  expect(transition({ ...states.live, attempt: 2 }, lost, now).state.type).toBe("backoff");
});

test.each([
  [closeCodes.signedOut, "signedOut"],
  [closeCodes.forbidden, "forbidden"],
  [closeCodes.messageTooBig, "rejected"],
] as const)("close code $code needs a person", ({ code, reason: message }, reason) => {
  const lost = { type: "lost", code, reason: message } as const;
  expect(transition(states.live, lost, now).state).toEqual({ type: "blocked", reason, message });
  expect(transition(states.connecting, lost, now).state).toEqual({ type: "blocked", reason, message });
});

test.each(["granted", "unknown"] as const)("access %s is no reason to stop trying", (access) => {
  const { state } = transition(states.authenticating, { type: "accessChecked", access }, now);
  expect(state).toEqual({ type: "backoff", attempt: 4, dueAtMs: nowMs + 1000, reason: "" });
});

test("who watches is back two seconds after the server at the latest, however long it was away", () => {
  const watched = { ...now, isWatched: true, jitter: 1 };
  const unanswered = { type: "accessChecked", access: "unknown" } as const;
  for (const attempt of [1, 2, 3, 4, 50]) {
    const { state } = transition({ ...states.authenticating, attempt }, unanswered, watched);
    expect(state).toMatchObject({ type: "backoff", dueAtMs: nowMs + Math.min(2_000, 250 * 2 ** attempt) });
  }
});

test("a server that is there and takes no socket is given time, whoever watches", () => {
  const watched = { ...now, isWatched: true, jitter: 1 };
  const granted = { type: "accessChecked", access: "granted" } as const;
  const { state } = transition({ ...states.authenticating, attempt: 50 }, granted, watched);
  expect(state).toMatchObject({ type: "backoff", dueAtMs: nowMs + 16_000 });
});

test("failures from before the network changed, the page woke or a person asked do not count", () => {
  for (const signal of [signals.networkChanged, signals.retryNow, signals.woke]) {
    for (const from of [states.backoff, states.offline, states.authenticating]) {
      expect(transition({ ...from, attempt: 9 }, signal, now).state).toMatchObject({ type: "connecting", attempt: 2 });
    }
  }
  expect(transition({ ...states.connecting, attempt: 9 }, signals.networkChanged, now).state).toMatchObject({
    attempt: 2,
  });
});

test("without a network there is little to wait for but the network", () => {
  const offline = { ...now, online: false };
  const state = { type: "offline", attempt: 3, dueAtMs: nowMs + patience.offlineMs };
  for (const from of [states.live, states.initializing, states.connecting] as const) {
    expect(transition(from, signals.lost, offline).state).toEqual(state);
  }
  expect(transition(states.backoff, signals.networkChanged, offline)).toEqual({ state, effects: [] });
});

describe("a live socket", () => {
  const quiet = { ...now, heardAtMs: nowMs - patience.quietMs };
  const checked = { ...states.live, isChecked: true };

  test("is asked for a sign of life once it has been quiet for long", () => {
    const dueAtMs = now.heardAtMs + patience.quietMs;
    expect(transition(states.live, signals.due, now)).toEqual({ state: { ...states.live, dueAtMs }, effects: [] });
    expect(transition(states.live, signals.due, quiet)).toEqual({
      state: { ...states.live, isChecked: true, dueAtMs: nowMs + patience.checkMs },
      effects: [{ type: "checkSocket" }],
    });
  });

  test("is believed again when it has given one", () => {
    const heard = { ...now, heardAtMs: nowMs - 1, isAnswered: true };
    const dueAtMs = heard.heardAtMs + patience.quietMs;
    expect(transition(checked, signals.due, heard)).toEqual({ state: { ...states.live, dueAtMs }, effects: [] });
  });

  test("is given up when it has not", () => {
    const first = { ...checked, attempt: 1 };
    expect(transition(first, signals.due, quiet)).toMatchObject({
      state: { type: "connecting", attempt: 2 },
      effects: [{ type: "closeSocket" }, { type: "openSocket" }],
    });
    expect(transition(checked, signals.due, quiet).state.type).toBe("backoff");
  });

  test("is asked again when the machine slept through the answer", () => {
    const slept = { ...quiet, nowMs: nowMs + 3_600_000 };
    expect(transition(checked, signals.due, slept)).toMatchObject({
      state: { type: "live", isChecked: true, dueAtMs: slept.nowMs + patience.doubtMs },
      effects: [{ type: "checkSocket" }],
    });
  });

  test("is asked once, however often there is reason for doubt", () => {
    const { state } = transition(states.live, signals.woke, now);
    const later = { ...now, nowMs: nowMs + 10 };
    expect(transition(state, signals.woke, later)).toEqual({ state, effects: [] });
    expect(transition(state, signals.networkChanged, later)).toEqual({ state, effects: [] });
  });
});

test("a socket that has not come about when the network goes is left to fail", () => {
  for (const from of [states.connecting, states.authenticating, states.initializing]) {
    expect(transition(from, signals.networkChanged, { ...now, online: false })).toEqual({ state: from, effects: [] });
  }
});

test("a clock that is early changes nothing", () => {
  for (const state of Object.values(states)) {
    expect(transition(state, signals.due, { ...now, nowMs: nowMs - 1 })).toEqual({ state, effects: [] });
  }
});
