import type { EntryState, OutboxEntry } from "@skein/client/outbox/entry";
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import { expect, test } from "vitest";
import { deriveUnsentQueued } from "./derive-unsent-queued.ts";

const input = (text: string) => [{ type: "text" as const, text, text_elements: [] }];
const entry = (key: string, state: EntryState, change: Partial<OutboxEntry> = {}): OutboxEntry => ({
  ...{ id: 1, lane: "t", key, method: "thread/queue/add", params: { input: input(`say ${key}`) }, isPosted: true },
  ...{ bytes: 1, isShown: false, deferrals: 0, state },
  ...change,
});
const waiting: EntryState = { type: "waiting", notBeforeMs: 0 };
const message = (key: string): QueuedSubmission => ({
  id: `id of ${key}`,
  clientUserMessageId: key,
  input: input(key),
});

test("only this thread's messages to the queue, as long as the queue does not show them", () => {
  const entries = [
    entry("a", { type: "sending" }),
    entry("other thread", waiting, { lane: "u" }),
    entry("a turn", waiting, { method: "turn/start" }),
    entry("answered", { type: "answered" }),
    entry("in the list", { type: "sending" }),
  ];
  expect(deriveUnsentQueued(entries, "t", [message("in the list")], null)).toEqual([
    { id: 1, text: "say a", state: { type: "sending" } },
  ]);
});

test("what waits says for what, and what was refused says why", () => {
  const refused = entry("a", { type: "failed", error: new Error("queue cannot contain more") });
  expect(deriveUnsentQueued([entry("b", waiting)], "t", [], null)[0]?.state).toEqual({ type: "sending" });
  expect(deriveUnsentQueued([entry("b", waiting)], "t", [], "saving is paused")[0]?.state).toEqual({
    ...{ type: "waiting", why: "saving is paused" },
  });
  expect(deriveUnsentQueued([refused], "t", [], null)[0]?.state).toEqual({
    ...{ type: "failed", reason: "queue cannot contain more" },
  });
});
