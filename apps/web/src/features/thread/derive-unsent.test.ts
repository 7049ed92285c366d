import type { EntryState, OutboxEntry } from "@skein/client/outbox/entry";
import { expect, it } from "vitest";
import { deriveUnsent } from "./derive-unsent.ts";

function entry(key: string, state: EntryState, change: Partial<OutboxEntry> = {}): OutboxEntry {
  const input = [{ type: "text", text: `text of ${key}`, text_elements: [] }];
  const params = { threadId: "t", clientUserMessageId: key, input };
  return {
    ...{ id: 1, lane: "t", key, method: "turn/start", params, isPosted: true, bytes: 1, isShown: false, deferrals: 0 },
    state,
    ...change,
  };
}

const waiting: EntryState = { type: "waiting", notBeforeMs: 0 };

it("shows a thread's own messages, and what they wait for", () => {
  const entries = [entry("1", waiting), entry("2", { type: "sending" }), entry("3", waiting, { lane: "other" })];
  expect(deriveUnsent(entries, "t", "saving is paused")).toEqual([
    { clientId: "1", text: "text of 1", state: { type: "waiting", why: "saving is paused" } },
    { clientId: "2", text: "text of 2", state: { type: "sending" } },
  ]);
  expect(deriveUnsent(entries, "t", null)[0]?.state).toEqual({ type: "sending" });
});

it("keeps showing a message that was taken until the log has it, and one that was refused with the reason", () => {
  const entries = [entry("1", { type: "answered" }), entry("2", { type: "failed", error: new Error("not allowed") })];
  expect(deriveUnsent(entries, "t", null).map(({ state }) => state)).toEqual([
    { type: "sending" },
    { type: "failed", reason: "not allowed" },
  ]);
});
