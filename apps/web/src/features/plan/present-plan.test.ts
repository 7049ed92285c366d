import { expect, it } from "vitest";
import { presentPlan } from "./present-plan.ts";

const done = { step: "Read", status: "completed" as const };
const doing = { step: "Write", status: "inProgress" as const };

it("counts what is done and names what is under way", () => {
  expect(presentPlan([done, doing, { step: "Test", status: "pending" }])).toBe("Plan 1/3 · Write");
  expect(presentPlan([done])).toBe("Plan 1/1");
});
