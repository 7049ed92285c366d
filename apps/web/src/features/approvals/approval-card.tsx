import type { Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useId, useRef } from "react";
import { formatDuration } from "../../lib/format-duration.ts";
import { useNow } from "../../lib/use-now.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { DiffStat } from "../diff/diff-stat.tsx";
import { DiffTable } from "../diff/diff-table.tsx";
import { readChange } from "../diff/read-change.ts";
import styles from "./approval-card.module.css";
import { ExactText } from "./exact-text.tsx";
import { type ApprovalChoice, presentApproval } from "./present-approval.ts";

/** Clicks this soon after a card appeared were meant for what stood there before. */
const settleMs = 400;

interface ApprovalCardProps {
  readonly approval: Timeline["pendingApprovals"][number];
  readonly timeline: Timeline;
  readonly root: string;
  /** "2 of 3", when several wait. */
  readonly position: string | null;
  readonly sending: boolean;
  /** Why no answer can be given now; null when one can. */
  readonly blocked: string | null;
  readonly onAnswer: (choice: ApprovalChoice) => void;
}

export function ApprovalCard(props: ApprovalCardProps) {
  const { approval, timeline, root, position, sending, blocked, onAnswer } = props;
  const shown = presentApproval(approval, timeline);
  const titleId = useId();
  const now = useNow(1000);
  const ageMs = Math.max(0, now - approval.at);
  const disabled = sending || blocked !== null;
  const answer = useAnswerOnceSettled(approval.approvalId, disabled, onAnswer);
  const announce = useAnnounce();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per approval
  useEffect(
    () => announce(`Needs your approval. ${shown.title} ${shown.command ?? ""}`, "assertive"),
    [approval.approvalId],
  );

  return (
    <section className={styles.card} aria-labelledby={titleId}>
      <header>
        <h2 id={titleId} className={styles.title}>
          {shown.title}
        </h2>
        <p className={styles.facts}>
          {shown.reason && <span>{shown.reason} · </span>}
          {shown.cwd && (
            <span>
              in <code className={styles.path}>{shown.cwd}</code> ·{" "}
            </span>
          )}
          <span className="tabular">
            asked {ageMs < 1000 ? "just now" : `${formatDuration(Math.floor(ageMs / 1000) * 1000)} ago`}
          </span>
          {position && <span> · {position}</span>}
        </p>
      </header>
      {shown.command !== null && <ExactText text={shown.command} />}
      {shown.changes.length > 0 && (
        <div className={styles.changes}>
          {shown.changes.map((change) => {
            const file = readChange(change, root);
            return (
              <details key={file.path} open={shown.changes.length === 1}>
                <summary>
                  <code>{file.path}</code> <DiffStat added={file.added} deleted={file.deleted} />
                </summary>
                <DiffTable file={file} maxLines={Number.POSITIVE_INFINITY} />
              </details>
            );
          })}
        </div>
      )}
      {blocked !== null && (
        <p className={styles.problem} role="alert">
          {blocked}
        </p>
      )}
      <div className={styles.buttons}>
        <Button look="primary" className={styles.accept} disabled={disabled} onClick={() => answer("accept")}>
          {sending ? "Sending decision…" : "Approve once"} {!sending && <Kbd keys="mod+enter" />}
        </Button>
        <Button disabled={disabled} aria-describedby={`${titleId}-scope`} onClick={() => answer("acceptForSession")}>
          Allow in this thread
        </Button>
        <Button look="danger" disabled={disabled} onClick={() => answer("decline")}>
          Decline
        </Button>
        <Button look="quiet" disabled={disabled} onClick={() => answer("cancel")}>
          Decline and stop turn
        </Button>
      </div>
      <p id={`${titleId}-scope`} className={styles.scope}>
        “Allow in this thread” covers {shown.threadScope}.
      </p>
    </section>
  );
}

/** Answers, but not before the card has been on the screen for `settleMs`; ⌘⏎ approves from anywhere on the page. */
function useAnswerOnceSettled(approvalId: string, disabled: boolean, onAnswer: (choice: ApprovalChoice) => void) {
  const shownAtMs = useRef(Number.POSITIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew for each approval, from when it is painted
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      shownAtMs.current = performance.now();
    });
    return () => cancelAnimationFrame(frame);
  }, [approvalId]);
  const answer = (choice: ApprovalChoice) => {
    if (!disabled && performance.now() - shownAtMs.current >= settleMs) onAnswer(choice);
  };
  const latest = useRef(answer);
  latest.current = answer;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.repeat) return;
      if (document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current("accept");
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);
  return answer;
}
