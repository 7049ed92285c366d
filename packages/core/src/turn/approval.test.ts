import type { ApprovalDecision } from "@skein/timeline/event";
import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { decideCommandApproval } from "../approval/decide-approval.ts";
import { isGranted } from "../approval/session-grants.ts";
import { FileEnvironment } from "../testing/file-environment.ts";
import { evCompleted, evFunctionCall, evMessage } from "../testing/response-events.ts";
import { commandItem, scriptedTool } from "../testing/scripted-tool.ts";
import { TurnBench } from "../testing/turn-bench.ts";
import type { ToolDefinition } from "../tools/tool.ts";

/** Asks to leave the sandbox for every call, unless it was allowed for the session. */
const escalating: ToolDefinition = {
  ...scriptedTool("escalate", "together", async () => ""),
  async run(call, context) {
    const { turnId, settings, clock } = context;
    const startedAt = clock.now();
    const finish = async (status: "completed" | "declined", output: string) => {
      await context.emit([{ type: "item.completed", turnId, item: commandItem(call, status), startedAt }]);
      return { output, success: status === "completed" };
    };
    await context.emit([{ type: "item.started", turnId, item: commandItem(call) }]);
    const request = {
      type: "command" as const,
      argv: ["sh", "-c", call.input],
      command: call.input,
      cwd: settings.cwd,
      actions: [],
      reason: "May I?",
      sandbox: { type: "dangerFullAccess" as const },
    };
    const verdict = decideCommandApproval({
      policy: settings.approvalPolicy,
      sandbox: settings.sandbox,
      isKnownSafe: false,
      escalation: { justification: "May I?" },
      isGranted: isGranted(context.grants(), request),
    });
    if (verdict.type === "refuse") return await finish("declined", verdict.message);
    if (verdict.type === "run") return await finish("completed", "ran without asking");
    const outcome = await context.ask(commandItem(call), request);
    const isAccepted = outcome.type === "decided" && outcome.decision.startsWith("accept");
    return isAccepted ? await finish("completed", "ran") : await finish("declined", "rejected by user");
  },
};

async function decide(bench: TurnBench, turn: { done: Promise<void> }, decision: ApprovalDecision): Promise<void> {
  const asked = await bench.journal.until((event) => event.type === "approval.requested");
  if (asked.type === "approval.requested") bench.approvals.decide(asked.approvalId, decision);
  await turn.done;
}

async function openBench(args: readonly unknown[]): Promise<TurnBench> {
  const calls = args.map((value, index) => [evFunctionCall(`call_${index}`, "escalate", value), evCompleted()]);
  return await TurnBench.open({
    script: [...calls, [...evMessage("msg_end", "Done."), evCompleted()]],
    tools: [escalating],
    environment: new FileEnvironment(),
  });
}

test("an approval is in the log with its question and its answer, and by whom", async () => {
  const bench = await openBench([{ cmd: "a" }]);
  await decide(bench, bench.start("Go"), "accept");
  expect(bench.journal.ofType("approval.requested")).toMatchObject([
    { itemId: "call_0", request: { reason: "May I?" } },
  ]);
  expect(bench.journal.ofType("approval.resolved")).toMatchObject([
    { outcome: { type: "decided", decision: "accept" }, actor: { memberId: "member-1" } },
  ]);
  expect(bench.model.inputOf(1).join()).toContain('"output":"ran"');
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a pending approval is part of what the log says of the thread", async () => {
  const bench = await openBench([{ cmd: "a" }]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "approval.requested");
  expect([...bench.journal.state.pendingApprovals.values()]).toMatchObject([{ turnId: "turn-1", itemId: "call_0" }]);
  await decide(bench, turn, "accept");
  expect(bench.journal.state.pendingApprovals.size).toBe(0);
});

test("declined: the model reads it and the turn goes on", async () => {
  const bench = await openBench([{ cmd: "a" }]);
  await decide(bench, bench.start("Go"), "decline");
  expect(bench.model.inputOf(1).join()).toContain("rejected by user");
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
});

test("cancelled: the item is declined and the turn interrupted", async () => {
  const bench = await openBench([{ cmd: "a" }]);
  await decide(bench, bench.start("Go"), "cancel");
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toMatchObject({ id: "call_0", status: "declined" });
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("accepted for the session: exactly the same command is not asked about again", async () => {
  const bench = await openBench([{ cmd: "a" }, { cmd: "a" }]);
  await decide(bench, bench.start("Go"), "acceptForSession");
  expect(bench.journal.ofType("approval.requested")).toHaveLength(1);
  expect(bench.model.inputOf(2).join()).toContain("ran without asking");
});

test("accepted for the session: another command is asked about", async () => {
  const bench = await openBench([{ cmd: "a" }, { cmd: "b" }]);
  const turn = bench.start("Go");
  const isAskedFor = (itemId: string) =>
    bench.journal.until((event) => event.type === "approval.requested" && event.itemId === itemId);
  const first = await isAskedFor("call_0");
  if (first.type === "approval.requested") bench.approvals.decide(first.approvalId, "acceptForSession");
  const second = await isAskedFor("call_1");
  if (second.type === "approval.requested") bench.approvals.decide(second.approvalId, "decline");
  await turn.done;
  expect(bench.journal.ofType("approval.requested")).toHaveLength(2);
});

test("under the policy never an escalation is refused at once", async () => {
  const bench = await openBench([{ cmd: "a" }]);
  await bench.changeSettings({ approvalPolicy: "never" });
  await bench.run("Go");
  expect(bench.journal.ofType("approval.requested")).toEqual([]);
  expect(bench.model.inputOf(1).join()).toContain("approval policy is never");
});
