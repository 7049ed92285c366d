/** The loop and the real tools together, on commands that the test plays. */

import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { evCompleted, evCustomToolCall, evFunctionCall, evMessage } from "../testing/response-events.ts";
import type { ScriptedResponse } from "../testing/scripted-model.ts";
import { TurnBench } from "../testing/turn-bench.ts";
import { defaultTools } from "../tools/default-tools.ts";
import { ScriptedEnvironment } from "../tools/testing/scripted-environment.ts";

const end: ScriptedResponse = [...evMessage("msg_end", "Done."), evCompleted()];

async function openBench(script: readonly ScriptedResponse[]) {
  const environment = new ScriptedEnvironment();
  const bench = await TurnBench.open({ script, tools: defaultTools, environment, settings: { cwd: "/ws" } });
  return { bench, environment };
}

function outputs(bench: TurnBench, request: number): string[] {
  const items = bench.model.inputOf(request).map((json) => JSON.parse(json));
  return items.filter((item) => item.type.endsWith("_output")).map((item) => item.output);
}

test("a command that fails is a failed item and a follow-up request", async () => {
  const { bench, environment } = await openBench([
    [evFunctionCall("call_1", "exec_command", { cmd: "make" }), evCompleted()],
    end,
  ]);
  const turn = bench.start("Go");
  const process = await environment.nextStart();
  process.print("no rule\n");
  process.end(2);
  await turn.done;
  const item = bench.journal.ofType("item.completed").find((event) => event.item.id === "call_1")?.item;
  expect(item).toMatchObject({ type: "command", status: "failed", exitCode: 2, output: "no rule\n" });
  expect(outputs(bench, 1)[0]).toContain("no rule");
  expect(bench.journal.events.at(-1)).toMatchObject({ status: "completed" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("an interrupt kills the running command and closes its item as failed", async () => {
  const { bench, environment } = await openBench([
    [evFunctionCall("call_1", "exec_command", { cmd: "sleep 99" }), evCompleted()],
    end,
  ]);
  const turn = bench.start("Go");
  const process = await environment.nextStart();
  process.print("working");
  await bench.journal.until((event) => event.type === "item.chunk");
  turn.control.interrupt();
  await turn.done;
  expect(process.signals).toContain("kill");
  const item = bench.journal.ofType("item.completed").find((event) => event.item.id === "call_1")?.item;
  expect(item).toMatchObject({ status: "failed", output: "working" });
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
  await bench.run("Next");
  expect(outputs(bench, 1)[0]).toContain("aborted by user");
});

test("a command in the background outlives its turn and closes its item when it ends", async () => {
  const call = evFunctionCall("call_1", "exec_command", { cmd: "npm run dev", yield_time_ms: 1_000 });
  const { bench, environment } = await openBench([[call, evCompleted()], end]);
  const turn = bench.start("Go");
  const process = await environment.nextStart();
  bench.clock.advance(await bench.clock.untilSleeping(1_000, 1_000));
  await turn.done;
  expect(bench.journal.state.openItems.has("call_1")).toBe(true);
  process.print("late words");
  process.end(0);
  const closed = await bench.journal.until((event) => event.type === "item.completed" && event.item.id === "call_1");
  expect(closed).toMatchObject({ turnId: "turn-1", item: { status: "completed", output: "late words" } });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a patch changes its file between two commands that wait for it", async () => {
  const patch = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n";
  const { bench, environment } = await openBench([
    [
      evCustomToolCall("call_1", "apply_patch", patch),
      evFunctionCall("call_2", "exec_command", { cmd: "cat new.txt" }),
      evCompleted(),
    ],
    end,
  ]);
  const turn = bench.start("Go");
  const process = await environment.nextStart();
  expect(environment.files.text("/ws/new.txt")).toBe("hello\n");
  process.end(0);
  await turn.done;
  expect(bench.journal.ofType("diff.updated").at(-1)?.diff).toContain("+hello");
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("a declined escalation is told to the model, a granted one is not asked about twice", async () => {
  const call = (id: string, cmd: string) =>
    evFunctionCall(id, "exec_command", { cmd, sandbox_permissions: "require_escalated", justification: "May I?" });
  const { bench, environment } = await openBench([
    [call("call_1", "curl a"), evCompleted()],
    [call("call_2", "curl b"), evCompleted()],
    [call("call_3", "curl b"), evCompleted()],
    end,
  ]);
  const turn = bench.start("Go");
  for (const [itemId, decision] of [
    ["call_1", "decline"],
    ["call_2", "acceptForSession"],
  ] as const) {
    const asked = await bench.journal.until((event) => event.type === "approval.requested" && event.itemId === itemId);
    if (asked.type === "approval.requested") bench.approvals.decide(asked.approvalId, decision);
  }
  for (let count = 0; count < 2; count += 1) (await environment.nextStart()).end(0);
  await turn.done;
  expect(environment.started.map((process) => process.spec.policy.type)).toEqual([
    "dangerFullAccess",
    "dangerFullAccess",
  ]);
  expect(bench.journal.ofType("approval.requested")).toHaveLength(2);
  expect(bench.journal.ofType("item.completed").find((event) => event.item.id === "call_1")?.item).toMatchObject({
    status: "declined",
  });
  expect(outputs(bench, 1)[0]).toContain("rejected by user");
});
