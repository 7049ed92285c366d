import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Markdown } from "../../markdown/markdown.tsx";
import { presentReasoning } from "../present-reasoning.ts";
import type { RowProps } from "../row.ts";
import styles from "./quiet-row.module.css";

export function ReasoningRow({ row }: RowProps<"reasoning">) {
  const [open, setOpen] = useState(false);
  const { summary } = row.view.item;
  return (
    <div>
      <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} className={styles.chevron} />
        <span className={styles.ellipsis}>{presentReasoning(summary, row.streaming)}</span>
      </button>
      {open && (
        <div className={styles.detail}>
          <Markdown text={summary.join("\n\n")} streaming={row.streaming} />
        </div>
      )}
    </div>
  );
}
