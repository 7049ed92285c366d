import { expect, test } from "vitest";
import type { ApprovalOutcome } from "../event.ts";
import { framedEventsOf } from "../frames.ts";
import { fold, threadId } from "../testing/fold.ts";
import { addWhole, agentMessage, command, LogBuilder, patch, userMessage } from "../testing/log-builder.ts";
import { reduce } from "./reduce.ts";

const error = { message: "no route", kind: "responseStreamDisconnected", httpStatusCode: null, details: null };

function openTurn(): LogBuilder {
  const log = new LogBuilder();
  log.add({ type: "turn.started", turnId: "t1", actor: null });
  addWhole(log, "t1", userMessage("u1", "hello"));
  return log;
}

test("text grows with each chunk and is replaced by the completed item", () => {
  const log = openTurn();
  log.add({ type: "item.started", turnId: "t1", item: agentMessage("m1", "") });
  log.add({ type: "item.chunk", turnId: "t1", itemId: "m1", channel: "text", index: 0, text: "Hel" });
  log.add({ type: "item.chunk", turnId: "t1", itemId: "m1", channel: "text", index: 0, text: "lo" });
  expect(fold(log.events).turns[0]?.items[1]).toMatchObject({ item: { text: "Hello" }, completedAtMs: null });
  log.add({ type: "item.completed", turnId: "t1", item: agentMessage("m1", "Hello."), startedAt: log.nowMs });
  expect(fold(log.events).turns[0]?.items[1]).toMatchObject({ item: { text: "Hello." }, asOf: log.events.length });
});

test("an event that a turn or item already contains changes nothing there", () => {
  const log = openTurn();
  log.add({ type: "item.started", turnId: "t1", item: command("c1") });
  log.add({ type: "item.chunk", turnId: "t1", itemId: "c1", channel: "output", index: 0, text: "out" });
  log.add({ type: "error.reported", turnId: "t1", error, willRetry: true });
  log.add({ type: "plan.updated", turnId: "t1", explanation: null, plan: [{ step: "a", status: "pending" }] });
  const whole = fold(log.events);
  for (const framed of log.events.flatMap((event) => framedEventsOf(threadId, event))) {
    expect(reduce(whole, framed).turns).toEqual(whole.turns);
  }
});

test("a turn's end closes what it left open, but not a command that goes on in the background", () => {
  const log = openTurn();
  log.add({ type: "item.started", turnId: "t1", item: command("c1") });
  log.add({ type: "item.started", turnId: "t1", item: patch("p1", "inProgress") });
  log.add({ type: "item.started", turnId: "t1", item: agentMessage("m1", "") });
  const ending = {
    status: "interrupted" as const,
    error: null,
    startedAt: log.nowMs,
    durationMs: 1,
    finalMessage: null,
  };
  const end = log.add({ type: "turn.completed", turnId: "t1", ...ending });
  const { turns, activeTurnId } = fold(log.events);
  expect(activeTurnId).toBeNull();
  const ends = turns[0]?.items.slice(1).map(({ item, completedAtMs, asOf }) => {
    return ["status" in item ? item.status : item.type, completedAtMs !== null, asOf === end.seq];
  });
  expect(ends).toEqual([
    ["inProgress", false, false],
    ["failed", true, true],
    ["agentMessage", true, true],
  ]);
});

test("a notification of a method it does not know moves the seq and nothing else", () => {
  const before = fold(openTurn().events);
  const unknown = { seq: before.seq + 1, method: "future/thing", params: {} } as unknown as Parameters<
    typeof reduce
  >[1];
  expect(reduce(before, unknown)).toEqual({ ...before, seq: before.seq + 1 });
});

test("an approval is pending from its request to its resolution", () => {
  const log = openTurn();
  log.add({ type: "item.started", turnId: "t1", item: command("c1") });
  const sandbox = { type: "readOnly" as const, networkAccess: false };
  log.add({
    ...{ type: "approval.requested", approvalId: "a1", turnId: "t1", itemId: "c1" },
    request: { type: "command", argv: ["ls"], command: "ls", cwd: "/w", actions: [], reason: "why", sandbox },
  });
  expect(fold(log.events).pendingApprovals).toMatchObject([
    { approvalId: "a1", params: { reason: "why", command: "ls" } },
  ]);
  log.add({
    ...{ type: "approval.resolved", approvalId: "a1", turnId: "t1", itemId: "c1" },
    ...{ outcome: { type: "withdrawn" }, actor: null },
  });
  expect(fold(log.events).pendingApprovals).toEqual([]);
});

test("what was decided about a connection is kept with its host, apart from what was decided about its command", () => {
  const log = openTurn();
  log.add({ type: "item.started", turnId: "t1", item: command("c1") });
  const place = { turnId: "t1", itemId: "c1" };
  const request = {
    type: "network",
    host: "a.example",
    port: 443,
    protocol: "https",
    command: "x",
    cwd: "/w",
  } as const;
  const decide = (approvalId: string, outcome: ApprovalOutcome) => {
    log.add({ type: "approval.requested", approvalId, ...place, request });
    log.add({ type: "approval.resolved", approvalId, ...place, outcome, actor: null });
  };
  decide("a1", { type: "decided", decision: "acceptForSession" });
  decide("a2", { type: "networkRule", host: "b.example", action: "deny" });
  decide("a3", { type: "withdrawn" });
  const [turn] = fold(log.events).turns;
  expect(turn?.decisions.map(({ decision, connection }) => [decision, connection])).toEqual([
    ["acceptForSession", { host: "a.example", isRule: false }],
    ["decline", { host: "b.example", isRule: true }],
  ]);
});

test("a warning belongs to its turn, with what it says of a runner", () => {
  const log = openTurn();
  const away = log.add({
    ...{ type: "warning.reported", turnId: "t1", message: "build is away" },
    runner: { name: "build", state: "away" },
  });
  const { turns, warnings } = fold(log.events);
  expect(turns[0]).toMatchObject({ asOf: away.seq });
  expect(turns[0]?.warnings).toEqual([
    { message: "build is away", runner: { name: "build", state: "away" }, reportedAtMs: away.at },
  ]);
  expect(warnings).toEqual([]);
});

test("what is said between turns counts once, by its last time, until the next turn starts", () => {
  const log = new LogBuilder();
  const warn = (message: string) => log.add({ type: "warning.reported", turnId: null, message, runner: null });
  warn("could not be started");
  warn("nearly full");
  const again = warn("could not be started");
  const said = fold(log.events).warnings;
  expect(said.map(({ message }) => message)).toEqual(["nearly full", "could not be started"]);
  expect(said[1]?.reportedAtMs).toBe(again.at);
  log.add({ type: "turn.started", turnId: "t1", actor: null });
  expect(fold(log.events)).toMatchObject({ warnings: [], turns: [{ warnings: [] }] });
});
