import type { Timeline } from "@skein/timeline/reduce/timeline";
import { X } from "lucide-react";
import { IconButton } from "../../ui/button.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { PlanList } from "../plan/plan-list.tsx";
import { countPlan } from "../plan/present-plan.ts";
import { useShell } from "../shell/shell-state.tsx";
import styles from "./changes-view.module.css";
import { ChangesView } from "./changes-view.tsx";

/** What stands beside a thread: the files it changed, and its plan. */
export function DetailsPanel({ timeline }: { readonly timeline: Timeline }) {
  const { panelTab, panelTurnId, showPanel, togglePanel } = useShell();
  const plan = timeline.turns.findLast((turn) => turn.plan !== null)?.plan ?? null;
  return (
    <Tabs
      label="Details"
      value={panelTab}
      onChoose={(tab) => showPanel(tab, panelTurnId)}
      tabs={[
        { value: "changes", label: "Changes", content: <ChangesView turns={timeline.turns} /> },
        {
          value: "plan",
          label: plan === null ? "Plan" : `Plan ${countPlan(plan.steps)}`,
          content:
            plan === null ? <p className={styles.empty}>The agent has made no plan.</p> : <PlanList plan={plan} />,
        },
      ]}
      end={
        <IconButton label="Close details" keys="mod+J" onClick={togglePanel}>
          <X size={16} />
        </IconButton>
      }
    />
  );
}
