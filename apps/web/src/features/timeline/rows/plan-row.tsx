import { ListChecks } from "lucide-react";
import { presentPlan } from "../../plan/present-plan.ts";
import type { RowProps } from "../row.ts";
import styles from "./quiet-row.module.css";

export function PlanRow({ row }: RowProps<"plan">) {
  return (
    <div className={styles.line}>
      <ListChecks size={14} aria-hidden="true" />
      <span>{presentPlan(row.plan.steps)}</span>
    </div>
  );
}
