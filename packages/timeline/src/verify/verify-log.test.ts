import fc from "fast-check";
import { expect, test } from "vitest";
import type { ThreadEvent, ThreadEventBody, ThreadSettings } from "../event.ts";
import { arbitraryLog } from "../testing/arbitrary-log.ts";
import { compact } from "../testing/fold.ts";
import { agentMessage, command, userMessage } from "../testing/log-builder.ts";
import { verifyLog } from "./verify-log.ts";

const settings: ThreadSettings = {
  ...{ model: "m", modelProvider: "p", effort: null, summary: null, cwd: "/desk", approvalPolicy: "never" },
  ...{ sandbox: { type: "dangerFullAccess" }, tools: true, baseInstructions: null, developerInstructions: null },
};
const created: ThreadEventBody = {
  ...{ type: "thread.created", settings, source: "test", threadSource: null, ephemeral: false, originator: "test" },
  forkedFromId: null,
};
const turnStarted: ThreadEventBody = { type: "turn.started", turnId: "t", actor: null };
const turnCompleted: ThreadEventBody = {
  ...{ type: "turn.completed", turnId: "t", status: "completed", error: null, startedAt: 1, durationMs: 1 },
  finalMessage: null,
};
const started = (item = agentMessage("m", "")): ThreadEventBody => ({ type: "item.started", turnId: "t", item });
const completed = (item = agentMessage("m", "Hi")): ThreadEventBody => {
  return { type: "item.completed", turnId: "t", item, startedAt: 1 };
};
const chunk: ThreadEventBody = { type: "item.chunk", turnId: "t", itemId: "m", channel: "text", index: 0, text: "Hi" };
const commandStarted: ThreadEventBody = { type: "item.started", turnId: "t", item: command("c") };
const request = { type: "patch", changes: [], reason: null, grantRoot: null } as const;
const approval = { approvalId: "a", turnId: "t", itemId: "c" };
const asked: ThreadEventBody = { type: "approval.requested", ...approval, request };
const resolved: ThreadEventBody = {
  type: "approval.resolved",
  ...approval,
  outcome: { type: "withdrawn" },
  actor: null,
};
const queued: ThreadEventBody = {
  type: "queue.added",
  message: { id: "q", clientId: "k", content: [], metadata: null, actor: null },
};
const taken: ThreadEventBody = { type: "queue.taken", messageId: "q", turnId: "t" };
const modelItems = (...items: object[]): ThreadEventBody => ({
  type: "model.items",
  turnId: "t",
  items,
  context: null,
});
const call = { type: "function_call", call_id: "c1" };
const output = { type: "function_call_output", call_id: "c1", output: "" };

const placed = (...bodies: ThreadEventBody[]): ThreadEvent[] => {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, at: index }));
};
const problemsOf = (...bodies: ThreadEventBody[]) => verifyLog(placed(...bodies)).map(({ problem }) => problem);

test("a log in order has nothing wrong with it", () => {
  const told = completed({ ...agentMessage("m", "Hi") });
  const bodies = [created, turnStarted, modelItems(call), started(), chunk, told, commandStarted, asked, resolved];
  expect(problemsOf(...bodies, modelItems(output), turnCompleted)).toEqual([]);
});

test.each<[string, ThreadEventBody[], string]>([
  ["does not begin with the thread", [turnStarted], "the log does not begin with the thread"],
  ["begins twice", [created, created], "the thread begins again"],
  ["starts a turn in a turn", [created, turnStarted, { ...turnStarted, turnId: "u" }], "the turn t is open"],
  ["starts a turn again", [created, turnStarted, turnCompleted, turnStarted], "the turn t starts again"],
  ["ends a turn that is not open", [created, turnCompleted], "the turn t is not open"],
  ["ends a turn with an open message", [created, turnStarted, started(), turnCompleted], "open items: m"],
  ["ends a turn that asks", [created, turnStarted, commandStarted, asked, turnCompleted], "an approval is pending"],
  ["leaves a call open", [created, turnStarted, modelItems(call), turnCompleted], "calls without output: c1"],
  ["answers what was not called", [created, turnStarted, modelItems(output)], "c1 was not called"],
  ["starts an item outside of its turn", [created, started()], "the turn t is not open"],
  ["starts an item again", [created, turnStarted, started(), completed(), started()], "m starts again"],
  ["streams into nothing", [created, turnStarted, chunk], "m is not open"],
  ["completes what is not open", [created, turnStarted, completed()], "m is not open"],
  ["streams after the end", [created, turnStarted, started(), completed(), chunk], "m is not open"],
  ["asks again", [created, turnStarted, asked, resolved, asked], "the approval a is asked for again"],
  ["resolves again", [created, turnStarted, asked, resolved, resolved], "the approval a was not pending"],
  [
    "cuts a character",
    [created, turnStarted, started(), { ...chunk, text: "\ud83d" }],
    "a chunk of m ends inside a character",
  ],
  ["streams nothing", [created, turnStarted, started(), { ...chunk, text: "" }], "a chunk of m is empty"],
  [
    "changes an item's kind",
    [
      created,
      turnStarted,
      commandStarted,
      { type: "item.completed", turnId: "t", item: userMessage("c", ""), startedAt: 1 },
    ],
    "c started as command, not as userMessage",
  ],
  [
    "completes an item that goes on",
    [created, turnStarted, commandStarted, { type: "item.completed", turnId: "t", item: command("c"), startedAt: 1 }],
    "c is still in progress",
  ],
  ["queues a message again", [created, queued, queued], "the message q is queued again"],
  ["takes what does not wait", [created, turnStarted, taken], "the message q is not queued"],
  ["takes a message twice", [created, queued, turnStarted, taken, taken], "the message q is not queued"],
  ["takes a message outside of a turn", [created, queued, taken], "the turn t is not open"],
  [
    "leaves a message out of the new order",
    [created, queued, { type: "queue.reordered", messageIds: [] }],
    "the new order is not one of all that wait",
  ],
])("a log that %s is told of", (_, bodies, problem) => {
  expect(problemsOf(...bodies)).toContain(problem);
});

test("a command may outlive its turn", () => {
  const item = command("c", { status: "completed" });
  const ended: ThreadEventBody = { type: "item.completed", turnId: "t", item, startedAt: 1 };
  expect(problemsOf(created, turnStarted, commandStarted, turnCompleted, ended)).toEqual([]);
});

test("a hole needs an item that was open around it and has completed", () => {
  const log = placed(created, turnStarted, started(), chunk, chunk, completed(), turnCompleted);
  expect(verifyLog(log.filter(({ seq }) => seq !== 4 && seq !== 5))).toEqual([]);
  expect(verifyLog(log.filter(({ seq }) => seq !== 4).slice(0, 4))).toMatchObject([
    { type: null, problem: "m is open, and events after its start are missing" },
  ]);
  const gap = placed(created, turnStarted, modelItems(), turnCompleted).filter(({ seq }) => seq !== 3);
  expect(verifyLog(gap)).toMatchObject([{ seq: 4, problem: "1 events before it are missing" }]);
  expect(verifyLog([...log, log.at(-1)!])).toMatchObject([{ problem: "comes after 7" }, {}]);
  expect(verifyLog(log, 9)).toMatchObject([{ type: null, problem: "the log ends at 7, its head is 9" }]);
});

/** The logs of `arbitraryLog` begin with a turn, and turns there may leave things open. */
const tolerated = /^the log does not begin|^open items|is not open$|an approval is pending/;

test("compaction of completed items makes no log worse", () => {
  fc.assert(
    fc.property(arbitraryLog, fc.func(fc.boolean()), (log, chosen) => {
      const found = verifyLog(compact(log, log.length, chosen)).filter(({ problem }) => !tolerated.test(problem));
      expect(found).toEqual([]);
    }),
  );
});
