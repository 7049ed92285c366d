import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { Gate } from "../testing/gate.ts";
import {
  evCompleted,
  evFunctionCall,
  evMessage,
  evMessageAdded,
  evMessageDone,
  evTextDelta,
} from "../testing/response-events.ts";
import type { ScriptedResponse } from "../testing/scripted-model.ts";
import { commandItem, scriptedTool, untilAbort } from "../testing/scripted-tool.ts";
import { says, TurnBench } from "../testing/turn-bench.ts";
import type { ToolDefinition } from "../tools/tool.ts";

const streaming = [evMessageAdded("msg_1"), evTextDelta("msg_1", "Half a sen")] as const;
const end: ScriptedResponse = [...evMessage("msg_2", "Done."), evCompleted()];

async function openBench(
  script: readonly ScriptedResponse[],
  tools: readonly ToolDefinition[] = [],
): Promise<TurnBench> {
  return await TurnBench.open({ script, tools, environment: new FileEnvironment() });
}

/** A tool that reports when it runs and ends when it is let go or aborted. */
function heldTool(gate: Gate): ToolDefinition {
  return scriptedTool("held", "together", async (_, context) => {
    await Promise.race([gate.pass(), untilAbort(context.signal)]);
    return "tool output";
  });
}

/** The texts and outputs that a request added to an earlier one. */
function added(bench: TurnBench, index: number): unknown[] {
  const items = bench.model.inputOf(index).slice(bench.model.inputOf(index - 1).length);
  return items.map((json) => JSON.parse(json)).map((item) => item.output ?? item.content?.[0]?.text ?? item.type);
}

test("an interrupt closes the text so far, keeps it from the model and leaves a marker", async () => {
  const bench = await openBench([[...streaming, "silence"], end]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "item.chunk");
  turn.control.interrupt();
  await turn.done;
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted", error: null });
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toMatchObject({ id: "msg_1", text: "Half a sen" });
  expect(verifyLog(bench.journal.events)).toEqual([]);

  await bench.run("Next");
  expect(bench.model.inputOf(1).join()).not.toContain("Half a sen");
  expect(added(bench, 1)).toEqual([expect.stringContaining("<turn_aborted>"), "Next"]);
});

test("an interrupt before the model has been asked keeps what the person said", async () => {
  const bench = await openBench([end]);
  const turn = bench.start("Early");
  turn.control.interrupt();
  await turn.done;
  expect(bench.model.requests).toHaveLength(0);
  await bench.run("Next");
  expect(bench.model.inputOf(0).join()).toContain('"Early"');
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("an interrupt ends running tools and tells the model", async () => {
  const gate = new Gate();
  const bench = await openBench([[evFunctionCall("call_1", "held", {}), evCompleted()], end], [heldTool(gate)]);
  const turn = bench.start("Go");
  await gate.reached;
  turn.control.interrupt();
  await turn.done;
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toMatchObject({ id: "call_1", status: "failed" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
  await bench.run("Next");
  expect(added(bench, 1)).toEqual([
    "function_call",
    "aborted by user",
    expect.stringContaining("<turn_aborted>"),
    "Next",
  ]);
});

test("a call that waits for its turn when the interrupt comes never runs", async () => {
  const gate = new Gate();
  let hasRun = false;
  const second = scriptedTool("alone", "alone", async () => {
    hasRun = true;
    return "";
  });
  const calls = [evFunctionCall("call_1", "held", {}), evFunctionCall("call_2", "alone", {})];
  const bench = await openBench([[...calls, evCompleted()]], [heldTool(gate), second]);
  const turn = bench.start("Go");
  await gate.reached;
  turn.control.interrupt();
  await turn.done;
  expect(hasRun).toBe(false);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a tool that does not heed an interrupt is left behind after five seconds, its item closed", async () => {
  const started = new Gate();
  const late = new Gate();
  const deaf = scriptedTool("deaf", "together", async () => {
    void started.pass();
    await late.pass();
    return "late";
  });
  const bench = await openBench([[evFunctionCall("call_1", "deaf", {}), evCompleted()]], [deaf]);
  const turn = bench.start("Go");
  await started.reached;
  turn.control.interrupt();
  await bench.clock.untilSleeping(5_000, 5_000);
  bench.clock.advance(5_000);
  await turn.done;
  const { length } = bench.journal.events;
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toMatchObject({ id: "call_1", status: "failed" });
  late.open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(bench.journal.events).toHaveLength(length);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("an interrupt during a pending approval withdraws it and closes the item", async () => {
  const asking: ToolDefinition = {
    ...scriptedTool("asking", "together", async () => ""),
    async run(call, context) {
      const { turnId } = context;
      await context.emit([{ type: "item.started", turnId, item: commandItem(call) }]);
      const outcome = await context.ask(commandItem(call), {
        type: "command",
        argv: ["true"],
        command: "true",
        cwd: "/desk",
        actions: [],
        reason: null,
        sandbox: { type: "dangerFullAccess" },
      });
      const item = commandItem(call, "declined");
      await context.emit([{ type: "item.completed", turnId, item, startedAt: context.clock.now() }]);
      return { output: outcome.type, success: false };
    },
  };
  const bench = await openBench([[evFunctionCall("call_1", "asking", {}), evCompleted()]], [asking]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "approval.requested");
  turn.control.interrupt();
  await turn.done;
  expect(bench.journal.ofType("approval.resolved")).toMatchObject([{ outcome: { type: "withdrawn" }, actor: null }]);
  expect(bench.journal.ofType("item.completed").at(-1)?.item).toMatchObject({ status: "declined" });
  expect(bench.journal.state.pendingApprovals.size).toBe(0);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a steer cuts the stream at once and is answered in the same turn", async () => {
  const bench = await openBench([[...streaming, "silence"], end]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "item.chunk");
  expect(await turn.control.steer(says("Rather this", "client-2"))).toBe(true);
  await turn.done;
  expect(bench.model.requests).toHaveLength(2);
  expect(added(bench, 1)).toEqual(["Rather this"]);
  expect(bench.model.inputOf(1).join()).not.toContain("Half a sen");
  const closed = bench.journal.ofType("item.completed").map((event) => event.item);
  expect(closed.map((item) => item.type)).toEqual(["userMessage", "agentMessage", "userMessage", "agentMessage"]);
  expect(closed[1]).toMatchObject({ id: "msg_1", text: "Half a sen" });
  expect(closed[2]).toMatchObject({ clientId: "client-2" });
  expect(bench.journal.ofType("turn.completed")).toHaveLength(1);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a steer while a tool runs shows at once and follows the tool's output", async () => {
  const gate = new Gate();
  const bench = await openBench([[evFunctionCall("call_1", "held", {}), evCompleted()], end], [heldTool(gate)]);
  const turn = bench.start("Go");
  await gate.reached;
  await bench.journal.until((event) => event.type === "usage.updated");
  expect(await turn.control.steer(says("One more thing"))).toBe(true);
  expect(bench.journal.state.openItems.has("call_1")).toBe(true);
  gate.open();
  await turn.done;
  expect(added(bench, 1)).toEqual(["function_call", "tool output", "One more thing"]);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a steer cuts a stream whose call already runs, but not the call", async () => {
  const gate = new Gate();
  const script = [[evFunctionCall("call_1", "held", {}), ...streaming, "silence"] as ScriptedResponse, end];
  const bench = await openBench(script, [heldTool(gate)]);
  const turn = bench.start("Go");
  await gate.reached;
  expect(await turn.control.steer(says("Wait"))).toBe(true);
  gate.open();
  await turn.done;
  expect(added(bench, 1)).toEqual(["function_call", "tool output", "Wait"]);
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a steer after the last message but before the end of the response is answered too", async () => {
  const bench = await openBench([[evMessageAdded("msg_1"), evMessageDone("msg_1", "All said."), "silence"], end]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "item.completed" && event.item.id === "msg_1");
  await turn.control.steer(says("And this?"));
  await turn.done;
  expect(added(bench, 1)).toEqual(["All said.", "And this?"]);
});

test("a steer ends the wait before a retry", async () => {
  const bench = await openBench([[], end]);
  const turn = bench.start("Go");
  await bench.clock.untilSleeping(180, 220);
  await turn.control.steer(says("Hurry"));
  await turn.done;
  expect(added(bench, 1)).toEqual(["Hurry"]);
});

test.each(Array.from({ length: 40 }, (_, steps) => steps))(
  "a steer %i steps after the last event is answered or refused",
  async (steps) => {
    const last = new Gate();
    const bench = await openBench([[...evMessage("msg_1", "All said."), last, evCompleted()], end]);
    const turn = bench.start("Go");
    await last.reached;
    last.open();
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    const isRecorded = await turn.control.steer(says("And this?"));
    await turn.done;
    expect(bench.model.requests).toHaveLength(isRecorded ? 2 : 1);
    expect(JSON.stringify(bench.journal.events).includes("And this?")).toBe(isRecorded);
  },
);

test("a turn that has decided to end takes no steer", async () => {
  const bench = await openBench([end]);
  const turn = bench.start("Go");
  await turn.done;
  expect(await turn.control.steer(says("Too late"))).toBe(false);
});

test("a steer that meets an interrupt is recorded, not lost", async () => {
  const bench = await openBench([[...streaming, "silence"], end]);
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "item.chunk");
  turn.control.interrupt();
  expect(await turn.control.steer(says("Still here"))).toBe(true);
  await turn.done;
  await bench.run("Next");
  expect(added(bench, 1)).toEqual(["Still here", expect.stringContaining("<turn_aborted>"), "Next"]);
});
