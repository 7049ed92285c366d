/** Whatever the model streams, whatever the tools do and whenever people cut in, the log that remains is in order. */

import { verifyLog } from "@skein/timeline/verify/verify-log";
import fc from "fast-check";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import {
  evCompleted,
  evFailed,
  evFunctionCall,
  evMessageAdded,
  evMessageDone,
  evReasoning,
  evTextDelta,
} from "../testing/response-events.ts";
import { type ScriptedResponse, type ScriptStep, socketCut } from "../testing/scripted-model.ts";
import { commandItem, scriptedTool, untilAbort } from "../testing/scripted-tool.ts";
import { says, TurnBench } from "../testing/turn-bench.ts";
import type { ToolDefinition } from "../tools/tool.ts";
import type { TurnControl } from "./turn-control.ts";

const runs = Number(process.env.SKEIN_TEST_RUNS ?? 200);

const toolNames = ["quick", "alone", "waits", "asks", "crashes", "deaf", "forgets", "unknown"] as const;

type Part =
  | { readonly type: "message"; readonly deltas: readonly string[]; readonly isFinished: boolean }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "call"; readonly tool: (typeof toolNames)[number] };

type Ending = "completed" | "goesOn" | "cut" | "socket" | "failed" | "limited" | "silence";

interface Planned {
  readonly parts: readonly Part[];
  readonly ending: Ending;
}

/** Done when the log has grown to this many events beyond its beginning. */
interface Action {
  readonly atEvent: number;
  readonly what: "steer" | "interrupt" | "accept" | "decline" | "cancel";
}

const text = fc.constantFrom("a", "bc ", "\ud83d\ude00", "\ud83d", "\ude00", "long ".repeat(50));

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    type: fc.constant("message" as const),
    deltas: fc.array(text, { maxLength: 5 }),
    isFinished: fc.boolean(),
  }),
  fc.record({ type: fc.constant("reasoning" as const), text }),
  fc.record({ type: fc.constant("call" as const), tool: fc.constantFrom(...toolNames) }),
);

const planned: fc.Arbitrary<Planned> = fc.record({
  parts: fc.array(part, { maxLength: 4 }),
  ending: fc.constantFrom<Ending>("completed", "completed", "goesOn", "cut", "socket", "failed", "limited", "silence"),
});

const action: fc.Arbitrary<Action> = fc.record({
  atEvent: fc.nat(30),
  what: fc.constantFrom("steer", "steer", "interrupt", "accept", "accept", "decline", "cancel"),
});

function stepsOf({ parts, ending }: Planned, index: number): ScriptedResponse {
  const steps: ScriptStep[] = parts.flatMap((each, at) => partSteps(each, `${index}_${at}`));
  switch (ending) {
    case "completed":
      return [...steps, evCompleted()];
    case "goesOn":
      return [...steps, evCompleted({ endTurn: false })];
    case "cut":
      return steps;
    case "socket":
      return [...steps, socketCut()];
    case "failed":
      return [...steps, evFailed("invalid_prompt", "no")];
    case "limited":
      return [...steps, evFailed("rate_limit_exceeded", "try again in 30ms")];
    case "silence":
      return [...steps, "silence"];
  }
}

function partSteps(each: Part, id: string): readonly ResponseStreamEvent[] {
  switch (each.type) {
    case "message": {
      const deltas = each.deltas.map((delta) => evTextDelta(`msg_${id}`, delta));
      const done = each.isFinished ? [evMessageDone(`msg_${id}`, each.deltas.join(""))] : [];
      return [evMessageAdded(`msg_${id}`), ...deltas, ...done];
    }
    case "reasoning":
      return evReasoning(`rs_${id}`, [each.text]);
    case "call":
      return [evFunctionCall(`call_${id}`, each.tool, {})];
  }
}

const tools: readonly ToolDefinition[] = [
  scriptedTool("quick", "together", async () => "quick"),
  scriptedTool("alone", "alone", async (call, context) => {
    context.chunks(call.callId, "output").push("some output");
    return "alone";
  }),
  scriptedTool("waits", "together", async (_, context) => {
    await Promise.race([untilAbort(context.signal), context.clock.sleep(400)]);
    return "waited";
  }),
  scriptedTool("asks", "together", async (call, context) => {
    const outcome = await context.ask(commandItem(call), { type: "patch", changes: [], reason: null, grantRoot: null });
    return outcome.type;
  }),
  scriptedTool("crashes", "together", async () => {
    throw new Error("crash");
  }),
  scriptedTool("deaf", "together", async (_, context) => {
    await context.clock.sleep(20_000);
    return "deaf";
  }),
  {
    ...scriptedTool("forgets", "together", async () => ""),
    async run(call, context) {
      await context.emit([{ type: "item.started", turnId: context.turnId, item: commandItem(call) }]);
      return { output: "left it open", success: true };
    },
  },
];

interface Steered {
  readonly text: string;
  readonly isRecorded: Promise<boolean>;
}

function act(bench: TurnBench, control: TurnControl, what: Action["what"], steered: Steered[]): void {
  if (what === "steer") {
    const words = `steer number ${steered.length}!`;
    steered.push({ text: words, isRecorded: control.steer(says(words)) });
  } else if (what === "interrupt") {
    control.interrupt();
  } else {
    for (const approvalId of bench.journal.state.pendingApprovals.keys()) bench.approvals.decide(approvalId, what);
  }
}

/** Plays a turn to its end; whenever nothing moves any more, time does, and what is still asked gets accepted. */
async function play(bench: TurnBench, actions: readonly Action[]): Promise<Steered[]> {
  const turn = bench.start("Go");
  const steered: Steered[] = [];
  const waiting = [...actions];
  let isOver = false;
  turn.done.finally(() => {
    isOver = true;
  });
  let lastLength = -1;
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const { length } = bench.journal.events;
    const due = waiting.findIndex((each) => each.atEvent <= length);
    if (due >= 0) act(bench, turn.control, waiting.splice(due, 1)[0]!.what, steered);
    else if (length === lastLength) {
      act(bench, turn.control, "accept", steered);
      bench.clock.advance(10_000);
    }
    lastLength = length;
  }
  await turn.done;
  return steered;
}

async function checkTurn(plan: readonly Planned[], actions: readonly Action[]): Promise<void> {
  const script = [...plan.map(stepsOf), ...Array.from({ length: 40 }, () => [evCompleted()])];
  const bench = await TurnBench.open({ script, tools, environment: new FileEnvironment() });
  const steered = await play(bench, actions);
  const { events } = bench.journal;
  expect(verifyLog(events)).toEqual([]);
  expect(events.at(-1)?.type).toBe("turn.completed");
  expect(bench.journal.state.openTurn).toBeNull();

  const requests = bench.model.requests.map((_, index) => bench.model.inputOf(index));
  for (const [index, input] of requests.entries()) {
    if (index > 0) expect(input.slice(0, requests[index - 1]!.length)).toEqual(requests[index - 1]);
  }
  const told = JSON.stringify(bench.journal.ofType("model.items"));
  for (const { text: words, isRecorded } of steered) {
    expect(told.split(words).length - 1).toBe((await isRecorded) ? 1 : 0);
  }
  const finished = new Map(bench.journal.ofType("item.completed").map((event) => [event.item.id, event.item]));
  for (const [id, item] of finished) {
    if (item.type !== "agentMessage") continue;
    const chunks = bench.journal.ofType("item.chunk").filter((event) => event.itemId === id);
    expect(item.text.startsWith(chunks.map((event) => event.text).join(""))).toBe(true);
  }
}

test("no turn leaves anything open, repeats a call, loses a steer or rewrites what the model was told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(planned, { maxLength: 5 }), fc.array(action, { maxLength: 5 }), checkTurn),
    { numRuns: runs },
  );
}, 60_000);
