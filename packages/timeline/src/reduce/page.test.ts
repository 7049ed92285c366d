import { expect, test } from "vitest";
import { frameOf } from "../frames.ts";
import { fold, threadId } from "../testing/fold.ts";
import { addWhole, agentMessage, LogBuilder, userMessage } from "../testing/log-builder.ts";
import { pageOf, threadStateOf } from "../testing/page-of.ts";
import { applyFrame } from "./frame.ts";
import { loadPage, openTimeline } from "./page.ts";
import type { Timeline } from "./timeline.ts";

/** A turn whose first message was given up in a retry and stays open until the turn ends. */
function retriedTurn(): LogBuilder {
  const log = new LogBuilder();
  log.add({ type: "turn.started", turnId: "t", actor: null });
  log.add({ type: "item.started", turnId: "t", item: agentMessage("given-up", "") });
  log.add({ type: "item.chunk", turnId: "t", itemId: "given-up", channel: "text", index: 0, text: "Hal" });
  addWhole(log, "t", agentMessage("second", "whole"));
  return log;
}

function openAt(log: LogBuilder, limit: number): Timeline {
  const whole = fold(log.events);
  return openTimeline(pageOf(whole, null, limit), threadStateOf(whole));
}

function catchUp(timeline: Timeline, log: LogBuilder): Timeline {
  const events = log.events.filter(({ seq }) => seq > timeline.seq);
  const range = { from: timeline.seq, to: log.events.length, events, cursor: "", upToDate: true };
  const result = applyFrame(timeline, frameOf(threadId, range));
  if (result.kind === "gap") throw new Error("gap");
  return result.timeline;
}

test("the end of a turn makes pages stale that were read before it and hold what it closed", () => {
  const log = retriedTurn();
  const opened = openAt(log, 1);
  const before = pageOf(fold(log.events), "second", 5);
  const ending = { status: "completed" as const, error: null, startedAt: 1, durationMs: 1, finalMessage: null };
  log.add({ type: "turn.completed", turnId: "t", ...ending });
  const timeline = catchUp(opened, log);
  expect(loadPage(timeline, before)).toEqual({ kind: "stale" });
  const result = loadPage(timeline, pageOf(fold(log.events), "second", 5));
  expect(result.kind === "applied" && result.timeline.turns[0]?.items[0]).toMatchObject({
    item: { id: "given-up", text: "Hal" },
    completedAtMs: expect.any(Number),
  });
});

test("a page read before the timeline was opened is stale", () => {
  const log = retriedTurn();
  const early = pageOf(fold(log.events, 3), null, 5);
  expect(loadPage(openAt(log, 1), early)).toEqual({ kind: "stale" });
});

test("text that a page contains already does not come twice", () => {
  const log = retriedTurn();
  const opened = openAt(log, 1);
  log.add({ type: "item.chunk", turnId: "t", itemId: "given-up", channel: "text", index: 0, text: "lo" });
  const ahead = loadPage(opened, pageOf(fold(log.events), "second", 5));
  if (ahead.kind === "stale") throw new Error("stale");
  const textOf = (timeline: Timeline) => timeline.turns[0]?.items[0]?.item;
  expect(textOf(ahead.timeline)).toMatchObject({ text: "Hallo" });
  expect(textOf(catchUp(ahead.timeline, log))).toMatchObject({ text: "Hallo" });
});

test("the newest page tells which turn is active and where older ones are", () => {
  const log = retriedTurn();
  addWhole(log, "t", userMessage("u", "more"));
  const timeline = openAt(log, 2);
  expect(timeline).toMatchObject({
    seq: 7,
    activeTurnId: "t",
    window: { hasOlder: true, olderCursor: "second", openedAt: 7 },
  });
  expect(timeline.turns[0]?.items.map(({ item }) => item.id)).toEqual(["second", "u"]);
});
