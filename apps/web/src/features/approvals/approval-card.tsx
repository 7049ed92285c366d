import type { Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useId } from "react";
import { useModEnter, useOnceSettled } from "../../lib/use-once-settled.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { AskedAgo } from "../../ui/asked-ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { RequestCard } from "../../ui/request-card.tsx";
import { DiffStat } from "../diff/diff-stat.tsx";
import { DiffTable } from "../diff/diff-table.tsx";
import { readChange } from "../diff/read-change.ts";
import styles from "./approval-card.module.css";
import { ExactText } from "./exact-text.tsx";
import { type ApprovalChoice, type PendingDecision, presentApproval } from "./present-approval.ts";

interface ApprovalCardProps {
  readonly approval: PendingDecision;
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
  const scopeId = useId();
  const disabled = sending || blocked !== null;
  const answer = useOnceSettled(approval.approvalId, disabled, onAnswer);
  useModEnter(() => answer("accept"));
  const announce = useAnnounce();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per approval
  useEffect(
    () => announce(`Needs your approval. ${shown.title} ${shown.command ?? ""}`, "assertive"),
    [approval.approvalId],
  );

  return (
    <RequestCard
      asks="decision"
      title={shown.title}
      facts={
        <>
          {shown.reason && <span>{shown.reason} · </span>}
          {shown.cwd && (
            <span>
              in <code className={styles.path}>{shown.cwd}</code> ·{" "}
            </span>
          )}
          <AskedAgo atMs={approval.at} />
          {position && <span> · {position}</span>}
        </>
      }
      blocked={blocked}
      buttons={
        <>
          <Button look="primary" disabled={disabled} onClick={() => answer("accept")}>
            {sending ? "Sending decision…" : shown.acceptLabel} {!sending && <Kbd keys="mod+enter" />}
          </Button>
          <Button disabled={disabled} aria-describedby={scopeId} onClick={() => answer("acceptForSession")}>
            Allow in this thread
          </Button>
          <Button look="danger" disabled={disabled} onClick={() => answer("decline")}>
            Decline
          </Button>
          {shown.hostRefusal !== null && (
            <Button look="quiet" disabled={disabled} onClick={() => answer(shown.hostRefusal!)}>
              Never in this thread
            </Button>
          )}
          <Button look="quiet" disabled={disabled} onClick={() => answer("cancel")}>
            Decline and stop turn
          </Button>
        </>
      }
      foot={
        <p id={scopeId} className={styles.scope}>
          “Allow in this thread” covers {shown.threadScope}.
        </p>
      }
    >
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
    </RequestCard>
  );
}
