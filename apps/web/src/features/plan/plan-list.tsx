import type { TurnPlan } from "@skein/timeline/reduce/timeline";
import { Check, Circle, CircleDot } from "lucide-react";
import { classNames } from "../../ui/class-names.ts";
import styles from "./plan-list.module.css";

const marks = { completed: Check, inProgress: CircleDot, pending: Circle } as const;
const words = { completed: "Done", inProgress: "In progress", pending: "To do" } as const;

export function PlanList({ plan }: { readonly plan: TurnPlan }) {
  return (
    <div className={styles.plan}>
      {plan.explanation && <p className={styles.explanation}>{plan.explanation}</p>}
      <ol className={styles.steps}>
        {plan.steps.map(({ step, status }) => {
          const Mark = marks[status];
          return (
            <li key={step} className={classNames(styles.step, styles[status])}>
              <Mark size={14} aria-hidden="true" />
              <span>
                <span className="visually-hidden">{words[status]}: </span>
                {step}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
