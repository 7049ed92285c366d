import { Plug, TriangleAlert, Unplug } from "lucide-react";
import type { RowProps } from "../row.ts";
import styles from "./warning-row.module.css";

export function WarningRow({ row }: RowProps<"warning">) {
  const { message, runner } = row.warning;
  const Icon = runner === null ? TriangleAlert : runner.state === "away" ? Unplug : Plug;
  const isOver = runner?.state === "back";
  return (
    <p className={isOver ? styles.over : styles.warning}>
      <Icon size={14} aria-hidden="true" />
      <span>
        {!isOver && <span className="visually-hidden">Warning: </span>}
        {message}
      </span>
    </p>
  );
}
