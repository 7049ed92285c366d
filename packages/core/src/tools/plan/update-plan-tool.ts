import type { PlanStep } from "@skein/timeline/event";
import { z } from "zod";
import { parametersOf, parseArguments } from "../parse-arguments.ts";
import type { ToolDefinition } from "../tool.ts";

const updatePlanArguments = z.object({
  explanation: z.string().optional().describe("Why the plan changed, in a sentence."),
  plan: z
    .array(
      z.object({
        step: z.string().describe("What is to be done, in a few words."),
        status: z.enum(["pending", "in_progress", "completed"]),
      }),
    )
    .describe("All steps, in order. At most one is in progress."),
});

const statuses = {
  pending: "pending",
  in_progress: "inProgress",
  completed: "completed",
} as const satisfies Record<string, PlanStep["status"]>;

export const updatePlanTool: ToolDefinition = {
  name: "update_plan",
  parallel: false,
  startsWithItem: true,
  spec: {
    type: "function",
    name: "update_plan",
    description: "Show the person the steps you are taking and how far you are. Every call gives the whole plan anew.",
    strict: false,
    parameters: parametersOf(updatePlanArguments),
  },
  async run(call, context) {
    const parsed = parseArguments(updatePlanArguments, call.input);
    if (!parsed.ok) return { output: parsed.error, success: false };
    const plan = parsed.value.plan.map(({ step, status }) => ({ step, status: statuses[status] }));
    const explanation = parsed.value.explanation ?? null;
    await context.emit([{ type: "plan.updated", turnId: context.turnId, explanation, plan }]);
    return { output: "Plan updated", success: true };
  },
};
