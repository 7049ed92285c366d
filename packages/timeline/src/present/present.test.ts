import { expect, test } from "vitest";
import type { ApprovalRequest, ThreadEventBody } from "../event.ts";
import { agentMessage, command, patch } from "../testing/log-builder.ts";
import { presentApprovalServerRequest, requestIdOf } from "./approval.ts";
import { present } from "./present.ts";

const at = 1_700_000_000_900;

function presented(body: ThreadEventBody) {
  return present("th", { ...body, seq: 3, at });
}

test("a turn counts in whole seconds and shows its last message when it ends well", () => {
  const ended = { turnId: "t", error: null, startedAt: at - 1500, durationMs: 1500 };
  const message = agentMessage("m", "Done");
  const [good] = presented({ type: "turn.completed", ...ended, status: "completed", finalMessage: message });
  expect(good?.params).toMatchObject({
    threadId: "th",
    turn: {
      ...{ id: "t", rootTurnId: "t", itemsView: "summary", status: "completed", error: null },
      ...{ startedAt: 1_699_999_999, completedAt: 1_700_000_000, durationMs: 1500 },
      items: [{ type: "agentMessage", id: "m", text: "Done" }],
    },
  });
  const [cut] = presented({ type: "turn.completed", ...ended, status: "interrupted", finalMessage: message });
  expect(cut?.params).toMatchObject({ turn: { items: [], itemsView: "notLoaded", status: "interrupted" } });
});

test("an item carries its times in milliseconds", () => {
  const [started] = presented({ type: "item.started", turnId: "t", item: command("c") });
  expect(started).toEqual({
    method: "item/started",
    emittedAtMs: at,
    params: {
      ...{ threadId: "th", turnId: "t", startedAtMs: at },
      item: {
        ...{ type: "commandExecution", id: "c", pluginId: null, scriptPath: null, command: "/bin/bash -c ls" },
        ...{ cwd: "/desk", processId: "1", source: "unifiedExecStartup", status: "inProgress", commandActions: [] },
        ...{ aggregatedOutput: null, exitCode: null, durationMs: null, startedAtMs: at, completedAtMs: null },
      },
    },
  });
  const [completed] = presented({ type: "item.completed", turnId: "t", item: patch("p", "completed"), startedAt: 5 });
  expect(completed?.params).toEqual({
    ...{ threadId: "th", turnId: "t", contentTokenCount: null, completedAtMs: at },
    item: {
      ...{ type: "fileChange", id: "p", status: "completed", startedAtMs: 5, completedAtMs: at },
      changes: [{ path: "/desk/a", kind: { type: "add" }, diff: "a\n" }],
    },
  });
});

test.each([
  ["text", "item/agentMessage/delta", {}],
  ["output", "item/commandExecution/outputDelta", {}],
  ["summary", "item/reasoning/summaryTextDelta", { summaryIndex: 2 }],
  ["reasoning", "item/reasoning/textDelta", { contentIndex: 2 }],
] as const)("a chunk of %s is a delta of %s", (channel, method, place) => {
  const chunk = { type: "item.chunk" as const, turnId: "t", itemId: "i", channel, index: 2, text: "x" };
  const params = { threadId: "th", turnId: "t", itemId: "i", delta: "x", ...place };
  expect(presented(chunk)).toEqual([{ method, params, emittedAtMs: at }]);
});

test.each([
  ["contextWindowExceeded", null, "contextWindowExceeded"],
  ["httpConnectionFailed", 401, { httpConnectionFailed: { httpStatusCode: 401 } }],
  ["responseStreamDisconnected", null, { responseStreamDisconnected: { httpStatusCode: null } }],
  ["responseTooManyFailedAttempts", 429, { responseTooManyFailedAttempts: { httpStatusCode: 429 } }],
])("an error of kind %s with status %s", (kind, httpStatusCode, codexErrorInfo) => {
  const error = { message: "no", kind, httpStatusCode, details: null };
  expect(presented({ type: "error.reported", turnId: "t", error, willRetry: true })[0]?.params).toEqual({
    ...{ threadId: "th", turnId: "t", willRetry: true },
    error: { message: "no", codexErrorInfo, additionalDetails: null, misalignment: null },
  });
});

test.each([
  {
    ...{ type: "command", argv: ["ls"], command: "ls", cwd: "/w", actions: [], reason: "look" },
    sandbox: { type: "readOnly", networkAccess: false },
  },
  { type: "patch", changes: [], reason: "edit", grantRoot: null },
] as const satisfies ApprovalRequest[])("a $type approval says in the log what the server request asks", (request) => {
  const event = {
    type: "approval.requested" as const,
    approvalId: "a1",
    turnId: "t",
    itemId: "i",
    request,
    seq: 3,
    at,
  };
  const asked = presentApprovalServerRequest("th", event);
  expect(asked.params).toMatchObject({
    threadId: "th",
    turnId: "t",
    itemId: "i",
    startedAtMs: at,
    reason: request.reason,
  });
  expect(present("th", event)[0]?.params).toMatchObject({
    requestId: asked.id,
    approvalId: "a1",
    params: asked.params,
  });
  const resolved = { type: "approval.resolved" as const, approvalId: "a1", turnId: "t", itemId: "i", actor: null };
  const [settled, answered] = presented({ ...resolved, outcome: { type: "withdrawn" } });
  expect(settled?.params).toMatchObject({ approvalId: "a1", outcome: { type: "withdrawn" }, answeredBy: null });
  expect(answered).toMatchObject({
    method: "serverRequest/resolved",
    params: { threadId: "th", requestId: requestIdOf("a1") },
  });
});

test("what only the model sees is shown to nobody", () => {
  expect(presented({ type: "model.items", turnId: "t", items: [{}], context: null })).toEqual([]);
});
