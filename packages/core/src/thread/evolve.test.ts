import type { ApprovalOutcome, ThreadEvent, ThreadEventBody } from "@skein/timeline/event";
import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { benchSettings } from "../testing/turn-bench.ts";
import { blobId } from "../tools/patch/turn-diff.ts";
import { evolve, initialState, type ThreadState } from "./evolve.ts";
import { appendHistory, emptyHistory, historyItems } from "./history.ts";
import { judgeOpenPatches } from "./judge-open-patches.ts";
import { deriveCopyEnd, deriveRecovery } from "./recover.ts";

function fold(events: readonly ThreadEventBody[], from: ThreadState = initialState): ThreadState {
  return events.reduce((state, event, index) => {
    return evolve(state, { ...event, at: 1_000 + index, seq: state.seq + 1 } as ThreadEvent);
  }, from);
}

const created = {
  type: "thread.created",
  settings: benchSettings,
  source: "test",
  threadSource: null,
  ephemeral: false,
  originator: "test",
  forkedFromId: null,
} as const;

const started = { type: "turn.started", turnId: "t1", actor: null } as const;

const command = {
  type: "command",
  id: "call_1",
  command: "sleep 9",
  cwd: "/desk",
  actions: [],
  source: "agent",
  processId: null,
  status: "inProgress",
  output: null,
  exitCode: null,
  durationMs: null,
} as const;

const approval = {
  type: "approval.requested",
  approvalId: "a1",
  turnId: "t1",
  itemId: "call_1",
  request: {
    type: "command",
    argv: ["sleep", "9"],
    command: "sleep 9",
    cwd: "/desk",
    actions: [],
    reason: null,
    sandbox: { type: "dangerFullAccess" },
  },
} as const;

test("history and what was told grow with model items; earlier states keep theirs", () => {
  const items = (...values: string[]) => ({ type: "model.items", turnId: "t1", items: values, context: null }) as const;
  const first = fold([created, started, { ...items("a"), context: { cwd: "/desk", date: "1" } }]);
  const second = fold([items("b"), { ...items("c"), context: { date: "2" } }], first);
  const other = fold([items("z")], first);
  expect(historyItems(first.history)).toEqual(["a"]);
  expect(historyItems(second.history)).toEqual(["a", "b", "c"]);
  expect(historyItems(other.history)).toEqual(["a", "z"]);
  expect(second.told).toEqual({ cwd: "/desk", date: "2" });
  expect(first.told).toEqual({ cwd: "/desk", date: "1" });
});

test("appending to the newest history copies nothing", () => {
  const one = appendHistory(emptyHistory, ["a"]);
  expect(appendHistory(one, ["b"]).shared).toBe(one.shared);
});

test("open items collect their chunks until they are completed", () => {
  const message = { type: "agentMessage", id: "m1", text: "", phase: null } as const;
  const chunk = { type: "item.chunk", turnId: "t1", itemId: "m1", channel: "text", index: 0 } as const;
  const open = fold([
    created,
    started,
    { type: "item.started", turnId: "t1", item: message },
    { ...chunk, text: "Hel" },
    { ...chunk, text: "lo" },
  ]);
  expect(open.openItems.get("m1")?.item).toMatchObject({ text: "Hello" });
  const done = fold([{ type: "item.completed", turnId: "t1", item: message, startedAt: 0 }], open);
  expect(done.openItems.size).toBe(0);
});

const interrupted = { status: "interrupted", error: null } as const;

test("an order that is in place needs no recovery", () => {
  expect(deriveRecovery(initialState, 5_000, interrupted)).toEqual([]);
  const turn = fold([
    created,
    started,
    {
      type: "turn.completed",
      turnId: "t1",
      status: "completed",
      error: null,
      startedAt: 0,
      durationMs: 1,
      finalMessage: null,
    },
  ]);
  expect(deriveRecovery(turn, 5_000, interrupted)).toEqual([]);
  expect(turn.isEmpty).toBe(false);
});

test("a turn that was cut off is closed with all that was open, and the model learns of it", () => {
  const call = { type: "function_call", call_id: "call_1", name: "exec_command", arguments: "{}" };
  const answered = { type: "custom_tool_call", call_id: "call_0", name: "apply_patch", input: "" };
  const cutOff = fold([
    created,
    started,
    { type: "item.started", turnId: "t1", item: { type: "agentMessage", id: "m1", text: "", phase: null } },
    { type: "item.chunk", turnId: "t1", itemId: "m1", channel: "text", index: 0, text: "Half" },
    {
      type: "model.items",
      turnId: "t1",
      items: [answered, { type: "custom_tool_call_output", call_id: "call_0", output: "ok" }, call],
      context: null,
    },
    { type: "item.started", turnId: "t1", item: command },
    { type: "item.started", turnId: "t1", item: { ...command, id: "call_2" } },
    approval,
  ]);
  const events = deriveRecovery(cutOff, 5_000, interrupted);
  expect(events).toMatchObject([
    { type: "approval.resolved", approvalId: "a1", outcome: { type: "withdrawn" } },
    { type: "item.completed", item: { id: "m1", text: "Half" } },
    { type: "item.completed", item: { id: "call_1", status: "declined" } },
    { type: "item.completed", item: { id: "call_2", status: "failed" } },
    {
      type: "model.items",
      items: [
        { type: "function_call_output", call_id: "call_1", output: expect.stringContaining("did not run") },
        { type: "message", role: "user" },
      ],
    },
    { type: "turn.completed", turnId: "t1", status: "interrupted" },
  ]);
  const recovered = fold(events, cutOff);
  expect(deriveRecovery(recovered, 6_000, interrupted)).toEqual([]);
  expect([recovered.openTurn, recovered.openItems.size, recovered.pendingApprovals.size]).toEqual([null, 0, 0]);
});

const connection = {
  ...approval,
  request: { type: "network", host: "example.org", port: 443, protocol: "https", command: "sleep 9", cwd: "/desk" },
} as const;
const settled = (outcome: ApprovalOutcome) =>
  ({ type: "approval.resolved", approvalId: "a1", turnId: "t1", itemId: "call_1", outcome, actor: null }) as const;

test.each([
  ["waits to be decided about", []],
  ["was declined", [settled({ type: "decided", decision: "decline" })]],
  ["was refused for the thread", [settled({ type: "networkRule", host: "example.org", action: "deny" })]],
  ["was declined so that the turn ends", [settled({ type: "decided", decision: "cancel" })]],
])("a command is cut off whose connection %s: it ran, and the model is told so", (_what, decided) => {
  const call = { type: "function_call", call_id: "call_1", name: "exec_command", arguments: "{}" };
  const cutOff = fold([
    created,
    started,
    { type: "model.items", turnId: "t1", items: [call], context: null },
    { type: "item.started", turnId: "t1", item: command },
    connection,
    ...decided,
  ]);
  const events = deriveRecovery(cutOff, 5_000, interrupted);
  expect(events.find(({ type }) => type === "item.completed")).toMatchObject({ item: { status: "failed" } });
  expect(events.find(({ type }) => type === "model.items")).toMatchObject({
    items: [{ call_id: "call_1", output: expect.stringContaining("may have happened in part") }, { role: "user" }],
  });
  expect(fold(events, cutOff).pendingApprovals.size).toBe(0);
});

test("what is under way in a copied log is left to the original, and the model learns of that", () => {
  const call = { type: "function_call", call_id: "call_1", name: "exec_command", arguments: "{}" };
  const copied = fold([
    created,
    started,
    { type: "model.items", turnId: "t1", items: [call], context: null },
    { type: "item.started", turnId: "t1", item: command },
    approval,
  ]);
  const events = deriveCopyEnd(copied, 5_000);
  expect(events).toMatchObject([
    { type: "approval.resolved", approvalId: "a1", outcome: { type: "withdrawn" } },
    {
      type: "item.completed",
      item: { id: "call_1", status: "failed", output: expect.stringContaining("copied from") },
    },
    {
      type: "model.items",
      items: [
        { call_id: "call_1", output: expect.stringContaining("may still take effect") },
        { role: "user", content: [{ text: expect.stringContaining("goes on in the original") }] },
      ],
    },
    { type: "turn.completed", turnId: "t1", status: "interrupted" },
  ]);
  expect(deriveCopyEnd(fold(events, copied), 6_000)).toEqual([]);
});

test.each([
  ["done", "completed", "applied completely"],
  ["notDone", "failed", "nothing of the patch"],
  ["mixed", "failed", "in part"],
] as const)("a patch that was cut off and is %s is closed as %s", async (outcome, status, words) => {
  const before = blobId(Buffer.from("old"));
  const after = blobId(Buffer.from("new"));
  const patch = {
    type: "patch",
    id: "call_3",
    changes: [],
    files: [
      { path: "/desk/a", before, after },
      { path: "/desk/b", before, after },
    ],
    status: "inProgress",
  } as const;
  const call = { type: "custom_tool_call", call_id: "call_3", name: "apply_patch", input: "" };
  const cutOff = fold([
    created,
    started,
    { type: "model.items", turnId: "t1", items: [call], context: null },
    { type: "item.started", turnId: "t1", item: patch },
  ]);
  const environment = new FileEnvironment({
    "/desk/a": outcome === "notDone" ? "old" : "new",
    "/desk/b": outcome === "done" ? "new" : "old",
  });
  const events = deriveRecovery(cutOff, 5_000, interrupted, {
    patches: await judgeOpenPatches(cutOff, environment),
  });
  expect(events[0]).toMatchObject({ type: "item.completed", item: { id: "call_3", status } });
  expect(JSON.stringify(events[1])).toContain(words);
});
