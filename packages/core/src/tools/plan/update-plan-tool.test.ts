import { expect, test } from "vitest";
import { ToolBench } from "../testing/tool-bench.ts";
import { updatePlanTool } from "./update-plan-tool.ts";

test("the plan becomes an event", async () => {
  const bench = new ToolBench();
  const answer = await bench.run(updatePlanTool, {
    explanation: "because",
    plan: [
      { step: "look", status: "completed" },
      { step: "act", status: "in_progress" },
      { step: "rest", status: "pending" },
    ],
  });
  expect(answer).toEqual({ success: true, output: "Plan updated" });
  expect(bench.events).toEqual([
    {
      type: "plan.updated",
      turnId: "turn-1",
      explanation: "because",
      plan: [
        { step: "look", status: "completed" },
        { step: "act", status: "inProgress" },
        { step: "rest", status: "pending" },
      ],
    },
  ]);
});

test.each([
  [{}, "plan"],
  [{ plan: [{ step: "x", status: "done" }] }, "plan.0.status"],
])("%j names the field", async (input, field) => {
  const bench = new ToolBench();
  const answer = await bench.run(updatePlanTool, input);
  expect(answer.success).toBe(false);
  expect(answer.output).toContain(`failed to parse function arguments: ${field}`);
  expect(bench.events).toEqual([]);
});
