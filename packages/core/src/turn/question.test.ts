import { verifyLog } from "@skein/timeline/verify/verify-log";
import { expect, test } from "vitest";
import { FileEnvironment } from "../testing/file-environment.ts";
import { Gate } from "../testing/gate.ts";
import { evCompleted, evFunctionCall, evMessage } from "../testing/response-events.ts";
import { scriptedTool } from "../testing/scripted-tool.ts";
import { says, TurnBench } from "../testing/turn-bench.ts";
import { requestUserInputTool } from "../tools/question/request-user-input-tool.ts";

const question = { id: "q", header: "Pick", question: "Which?" };
const asks = evFunctionCall("ask", "request_user_input", { questions: [question] });
const end = [...evMessage("msg_end", "Done."), evCompleted()];

const outcomes = (bench: TurnBench) => bench.journal.ofType("approval.resolved").map(({ outcome }) => outcome);
const lastRequest = (bench: TurnBench) => bench.model.inputOf(1).join();

test("what a person says instead of answering withdraws the question, and the model reads it", async () => {
  const bench = await TurnBench.open({
    script: [[asks, evCompleted()], end],
    tools: [requestUserInputTool],
    environment: new FileEnvironment(),
  });
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "approval.requested");
  expect(await turn.control.steer(says("Neither."))).toBe(true);
  await turn.done;
  expect(outcomes(bench)).toEqual([{ type: "withdrawn" }]);
  expect(lastRequest(bench)).toMatch(/not answered: the person said something else instead.*Neither\./);
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "completed" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});

test("nothing is asked of a person who has just said something", async () => {
  const gate = new Gate();
  const held = scriptedTool("held", "alone", async () => {
    await gate.pass();
    return "held";
  });
  const bench = await TurnBench.open({
    script: [[evFunctionCall("first", "held", {}), asks, evCompleted()], end],
    tools: [held, requestUserInputTool],
    environment: new FileEnvironment(),
  });
  const turn = bench.start("Go");
  await gate.reached;
  expect(await turn.control.steer(says("Do not ask."))).toBe(true);
  gate.open();
  await turn.done;
  expect(bench.journal.ofType("approval.requested")).toEqual([]);
  expect(lastRequest(bench)).toMatch(/not answered.*Do not ask\./);
});

test("an interrupt withdraws it", async () => {
  const bench = await TurnBench.open({
    script: [[asks, evCompleted()]],
    tools: [requestUserInputTool],
    environment: new FileEnvironment(),
  });
  const turn = bench.start("Go");
  await bench.journal.until((event) => event.type === "approval.requested");
  turn.control.interrupt();
  await turn.done;
  expect(outcomes(bench)).toEqual([{ type: "withdrawn" }]);
  expect(bench.journal.events.at(-1)).toMatchObject({ type: "turn.completed", status: "interrupted" });
  expect(verifyLog(bench.journal.events)).toEqual([]);
});
