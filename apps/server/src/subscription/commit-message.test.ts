import type { ThreadEvent } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { decodeCommit, encodeCommit } from "./commit-message.ts";
import { chunk, diff } from "./testing.ts";

test("events come out as they went in", () => {
  const events = [diff(7), chunk(8, 'quotes " and \u0000 and \ud800')];
  expect(decodeCommit(encodeCommit(events))).toEqual({ head: 8, events });
});

test("a commit that is too large for a message is told by its head", () => {
  const events: ThreadEvent[] = [1, 2].map((seq) => chunk(seq, "x".repeat(300 * 1024)));
  expect(decodeCommit(encodeCommit(events))).toEqual({ head: 2, events: [] });
});

test("an event of a newer build is told by its head", () => {
  const stored = [{ seq: 4, type: "item.chunk", version: 99, payload: {}, at: 0 }];
  expect(decodeCommit(Buffer.from(JSON.stringify({ head: 4, events: stored })))).toEqual({ head: 4, events: [] });
});

test.each(["", "{}", '{"head":"4","events":[]}', "null"])("%j is no commit", (text) => {
  expect(() => decodeCommit(Buffer.from(text))).toThrow();
});
