import { Check, X } from "lucide-react";
import { formatDuration } from "../../../lib/format-duration.ts";
import { useNow } from "../../../lib/use-now.ts";
import { useIsLive } from "../../../session/session-context.ts";
import { classNames } from "../../../ui/class-names.ts";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { relativePath } from "../../diff/read-change.ts";
import { CommandOutput } from "../../output/command-output.tsx";
import { type CommandOutcome, presentCommand, presentCommandOutcome } from "../present-command.ts";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./card.module.css";
import { DecisionLines } from "./decision-lines.tsx";

export function CommandRow({ row }: RowProps<"command">) {
  const { root, outputAddress } = useTimelineActions();
  const live = useIsLive();
  const { item, startedAtMs } = row.view;
  const command = presentCommand(item.command);
  const output = item.aggregatedOutput ?? "";
  return (
    <section className={styles.card} aria-label={`Command: ${command}`}>
      <header className={styles.header}>
        <span className={styles.mark} aria-hidden="true">
          $
        </span>
        <code className={styles.command} title={item.command}>
          {command}
        </code>
        <CopyButton text={item.command} label="Copy command" className={styles.action} />
        <Outcome outcome={presentCommandOutcome(item, { asking: row.asking, live })} startedAtMs={startedAtMs} />
      </header>
      {item.cwd !== root && <p className={styles.place}>in {relativePath(item.cwd, root)}</p>}
      <DecisionLines decisions={row.decisions} />
      {output !== "" && <CommandOutput text={output} address={outputAddress?.(item.id) ?? null} />}
    </section>
  );
}

function Outcome({ outcome, startedAtMs }: { readonly outcome: CommandOutcome; readonly startedAtMs: number | null }) {
  return (
    <span className={classNames(styles.outcome, styles[outcome.tone])}>
      {outcome.tone === "success" && <Check size={13} aria-hidden="true" />}
      {outcome.tone === "danger" && <X size={13} aria-hidden="true" />}
      {outcome.tone === "running" && <Spinner size={11} />}
      {outcome.text}
      {outcome.tone === "running" && startedAtMs !== null && <Elapsed sinceMs={startedAtMs} />}
    </span>
  );
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }) {
  const elapsedMs = useNow(1000) - sinceMs;
  return elapsedMs < 1000 ? null : <span> · {formatDuration(Math.floor(elapsedMs / 1000) * 1000)}</span>;
}
