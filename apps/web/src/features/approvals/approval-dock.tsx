import type { GivenAnswers } from "@skein/client/rpc/answers";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef, useState } from "react";
import styles from "./approval-card.module.css";
import { ApprovalCard } from "./approval-card.tsx";
import type { ApprovalChoice } from "./present-approval.ts";
import { wasDecidedElsewhere } from "./was-decided-elsewhere.ts";

interface ApprovalDockProps {
  readonly timeline: Timeline;
  readonly root: string;
  readonly blocked: string | null;
  /** What was answered already, by the request's id; it is sent again until it counts. */
  readonly answers: GivenAnswers;
  /** Whatever this page has answered. */
  readonly answered: ReadonlySet<RequestId>;
  /** Whether the answer counted shows when the approval is gone. */
  readonly onAnswer: (requestId: RequestId, choice: ApprovalChoice) => void;
}

/** The oldest approval that waits, docked on the composer so that it is seen wherever the reader is. */
export function ApprovalDock({ timeline, root, blocked, answers, answered, onAnswer }: ApprovalDockProps) {
  const { pendingApprovals } = timeline;
  const decidedElsewhere = useDecidedElsewhere(timeline, answered);
  const approval = pendingApprovals[0];
  if (approval === undefined) {
    return decidedElsewhere ? (
      <p className={styles.decided} role="status">
        Decided on another device
      </p>
    ) : null;
  }
  return (
    <ApprovalCard
      key={approval.approvalId}
      approval={approval}
      timeline={timeline}
      root={root}
      position={pendingApprovals.length > 1 ? `1 of ${pendingApprovals.length}` : null}
      sending={answers.has(approval.requestId)}
      blocked={blocked}
      onAnswer={(choice) => onAnswer(approval.requestId, choice)}
    />
  );
}

/** True for three seconds. */
function useDecidedElsewhere(timeline: Timeline, answered: ReadonlySet<RequestId>): boolean {
  const [shown, setShown] = useState(false);
  const before = useRef<readonly PendingApproval[]>([]);
  useEffect(() => {
    if (wasDecidedElsewhere(before.current, timeline, answered)) setShown(true);
    before.current = timeline.pendingApprovals;
  }, [timeline, answered]);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(false), 3000);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown;
}
