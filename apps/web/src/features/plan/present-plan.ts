import type { TurnPlanStep } from "@skein/protocol/turn";

/** One line for a plan: "Plan 3/4 · Push the branch", with the step under way. */
export function presentPlan(steps: readonly TurnPlanStep[]): string {
  const count = countPlan(steps);
  const current = steps.find(({ status }) => status === "inProgress");
  return current === undefined ? `Plan ${count}` : `Plan ${count} · ${current.step}`;
}

/** "3/4": steps done, of all. */
export function countPlan(steps: readonly TurnPlanStep[]): string {
  return `${steps.filter(({ status }) => status === "completed").length}/${steps.length}`;
}
