import type { GivenAnswers } from "@skein/client/rpc/answers";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef, useState } from "react";
import styles from "./approval-card.module.css";
import { ApprovalCard } from "./approval-card.tsx";
import type { ApprovalChoice } from "./present-approval.ts";

interface ApprovalDockProps {
  readonly timeline: Timeline;
  readonly root: string;
  readonly blocked: string | null;
  /** What was answered already, by the request's id; it is sent again until it counts. */
  readonly answers: GivenAnswers;
  /** Whether the answer counted shows when the approval is gone. */
  readonly onAnswer: (approval: PendingApproval, choice: ApprovalChoice) => void;
}

/** The oldest approval that waits, docked on the composer so that it is seen wherever the reader is. */
export function ApprovalDock({ timeline, root, blocked, answers, onAnswer }: ApprovalDockProps) {
  const { pendingApprovals } = timeline;
  const answered = useRef(new Set<string>());
  const decidedElsewhere = useDecidedElsewhere(pendingApprovals, answered.current);
  const approval = pendingApprovals[0];
  if (approval === undefined) {
    return decidedElsewhere ? (
      <p className={styles.decided} role="status">
        Decided on another device
      </p>
    ) : null;
  }
  const answer = (choice: ApprovalChoice) => {
    answered.current.add(approval.approvalId);
    onAnswer(approval, choice);
  };
  return (
    <ApprovalCard
      key={approval.approvalId}
      approval={approval}
      timeline={timeline}
      root={root}
      position={pendingApprovals.length > 1 ? `1 of ${pendingApprovals.length}` : null}
      sending={answers.has(approval.requestId)}
      blocked={blocked}
      onAnswer={answer}
    />
  );
}

/** True for three seconds after an approval went away that this page did not answer. */
function useDecidedElsewhere(pending: readonly PendingApproval[], answered: ReadonlySet<string>): boolean {
  const [shown, setShown] = useState(false);
  const before = useRef<readonly PendingApproval[]>([]);
  useEffect(() => {
    const gone = before.current.filter((old) => !pending.some((now) => now.approvalId === old.approvalId));
    before.current = pending;
    if (gone.some(({ approvalId }) => !answered.has(approvalId))) setShown(true);
  }, [pending, answered]);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(false), 3000);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown;
}
