import type { ConnectionState } from "@skein/client/connection/state";
import { describe, expect, it } from "vitest";
import { presentConnection, presentPostBlock, presentSendBlock, presentWait } from "./present-connection.ts";

const brokenAtMs = 1_000_000;
const live: ConnectionState = { type: "live", attempt: 0, sinceMs: 0, dueAtMs: 0, isChecked: false };
const available = { state: "available" } as const;
const full = { state: "unavailable", reason: "diskFull", message: "the disk of the database is full" } as const;
const present = (state: ConnectionState, sinceMs: number | null = 10_000) =>
  presentConnection({
    state,
    database: available,
    brokenAtMs: sinceMs === null ? null : brokenAtMs,
    nowMs: brokenAtMs + (sinceMs ?? 0),
    brokenAtText: "14:02:31",
  });
const backoff = (retryInMs: number): ConnectionState => ({
  type: "backoff",
  dueAtMs: brokenAtMs + 10_000 + retryInMs,
  attempt: 3,
  reason: "closed 1006",
});

describe("presentConnection", () => {
  it("says nothing while live, at the first connection, and in the first two seconds of a break", () => {
    expect(present(live)).toBeNull();
    expect(present({ type: "connecting", attempt: 1, dueAtMs: 0 }, null)).toBeNull();
    expect(present({ type: "initializing", attempt: 2, dueAtMs: 0 }, 1_999)).toBeNull();
    expect(
      presentConnection({
        state: backoff(0),
        database: available,
        brokenAtMs,
        nowMs: brokenAtMs + 500,
        brokenAtText: "",
      }),
    ).toBeNull();
  });

  it("says since when the page stands still", () => {
    expect(present({ type: "connecting", attempt: 2, dueAtMs: 0 })).toEqual({
      tone: "warning",
      text: "Reconnecting… Live updates paused at 14:02:31.",
      countdown: null,
      action: "retry",
    });
  });

  it("counts down to the next try and offers one now", () => {
    expect(present(backoff(7_200))).toEqual({
      tone: "warning",
      text: "No connection to the server. Live updates paused at 14:02:31.",
      countdown: "Next try in 8 s.",
      action: "retry",
    });
  });

  it("says the same, with the same button, through short pauses and the attempts between them", () => {
    expect(present(backoff(900))).toEqual(present({ type: "connecting", attempt: 2, dueAtMs: 0 }));
    expect(present(backoff(2_000))).toEqual(present({ type: "authenticating", attempt: 2, dueAtMs: 0, reason: "" }));
  });

  it("speaks when a first connection does not come about", () => {
    expect(present({ type: "connecting", attempt: 2, dueAtMs: 0 }, null)?.text).toBe("Reconnecting…");
  });

  it.each([
    [{ type: "offline", attempt: 1, dueAtMs: 0 }, "You are offline. Live updates paused at 14:02:31.", "retry"],
    [{ type: "blocked", reason: "signedOut", message: "" }, "You are signed out. Drafts are kept.", "signIn"],
    [{ type: "blocked", reason: "forbidden", message: "" }, "You have no access.", "signIn"],
    [
      { type: "blocked", reason: "rejected", message: "no replay" },
      "The server refused this page: no replay. Reload to update; drafts are kept.",
      "reload",
    ],
    [{ type: "closed" }, "Disconnected. Live updates paused at 14:02:31.", "reload"],
  ] as const)("%j", (state, text, action) => expect(present(state)).toMatchObject({ text, action }));
});

describe("a database that is away", () => {
  it("is named while the connection stands", () => {
    const view = { brokenAtMs: null, nowMs: 0, brokenAtText: "" };
    expect(presentConnection({ ...view, state: live, database: full })).toEqual({
      tone: "warning",
      text: "Saving is paused: the disk of the database is full. Work goes on when it is back.",
      countdown: null,
      action: null,
    });
  });

  it("keeps messages back", () => {
    expect(presentSendBlock(live, full)).toBe("Saving is paused.");
  });
});

describe("presentSendBlock", () => {
  it("gives a reason in every state but live", () => {
    expect(presentSendBlock(live, available)).toBeNull();
    expect(presentSendBlock({ type: "offline", attempt: 0, dueAtMs: 0 }, available)).toBe("You are offline.");
    expect(presentSendBlock(backoff(0), available)).toBe("Waiting for the connection.");
    expect(presentSendBlock({ type: "blocked", reason: "signedOut", message: "" }, available)).toBe(
      "You are signed out.",
    );
  });
});

describe("presentWait", () => {
  it("tells the connection from the database", () => {
    expect(presentWait(live, available)).toBeNull();
    expect(presentWait(live, full)).toBe("saving is paused");
    expect(presentWait(backoff(0), available)).toBe("waiting for the connection");
  });
});

describe("presentPostBlock", () => {
  it("lets a message wait for the connection, but not for a person to sign in", () => {
    for (const state of [live, backoff(5_000), { type: "offline", attempt: 1, dueAtMs: 0 }] as const) {
      expect(presentPostBlock(state)).toBeNull();
    }
    expect(presentPostBlock({ type: "blocked", reason: "signedOut", message: "" })).toBe("You are signed out.");
    expect(presentPostBlock({ type: "closed" })).not.toBeNull();
  });
});
