import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef, useState } from "react";
import styles from "./approval-card.module.css";
import { ApprovalCard } from "./approval-card.tsx";
import type { ApprovalChoice } from "./present-approval.ts";

interface ApprovalDockProps {
  readonly timeline: Timeline;
  readonly root: string;
  readonly blocked: string | null;
  /** Throws when nothing could be sent. Whether the answer counted shows when the approval is gone. */
  readonly onAnswer: (approval: PendingApproval, choice: ApprovalChoice) => void;
}

type Answering =
  | { readonly type: "idle" }
  | { readonly type: "sending"; readonly approvalId: string }
  | { readonly type: "failed"; readonly approvalId: string; readonly reason: string };

/** The oldest approval that waits, docked on the composer so that it is seen wherever the reader is. */
export function ApprovalDock({ timeline, root, blocked, onAnswer }: ApprovalDockProps) {
  const { pendingApprovals } = timeline;
  const [answering, setAnswering] = useState<Answering>({ type: "idle" });
  const answered = useRef(new Set<string>());
  const decidedElsewhere = useDecidedElsewhere(pendingApprovals, answered.current);
  const approval = pendingApprovals[0];
  // An answer on its way when the connection went may be lost: the buttons come back, and answering twice does no harm.
  useEffect(() => {
    if (blocked !== null) setAnswering({ type: "idle" });
  }, [blocked]);

  if (approval === undefined) {
    return decidedElsewhere ? (
      <p className={styles.decided} role="status">
        Decided on another device
      </p>
    ) : null;
  }
  const mine = answering.type !== "idle" && answering.approvalId === approval.approvalId ? answering : null;
  const answer = (choice: ApprovalChoice) => {
    const { approvalId } = approval;
    try {
      onAnswer(approval, choice);
      answered.current.add(approvalId);
      setAnswering({ type: "sending", approvalId });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setAnswering({ type: "failed", approvalId, reason: `The decision was not sent: ${reason}` });
    }
  };
  return (
    <ApprovalCard
      key={approval.approvalId}
      approval={approval}
      timeline={timeline}
      root={root}
      position={pendingApprovals.length > 1 ? `1 of ${pendingApprovals.length}` : null}
      sending={mine?.type === "sending"}
      failure={mine?.type === "failed" ? mine.reason : null}
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
