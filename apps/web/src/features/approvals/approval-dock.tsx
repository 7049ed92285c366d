import type { GivenAnswers } from "@skein/client/rpc/answers";
import type { RequestId } from "@skein/protocol/json-rpc";
import type { UserAnswers } from "@skein/protocol/user-question";
import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef, useState } from "react";
import { useSession } from "../../session/session-context.ts";
import { QuestionCard } from "../questions/question-card.tsx";
import styles from "./approval-card.module.css";
import { ApprovalCard } from "./approval-card.tsx";
import type { ApprovalChoice } from "./present-approval.ts";
import { presentSettledElsewhere } from "./present-settled-elsewhere.ts";
import { WatchedRequest } from "./watched-request.tsx";

interface ApprovalDockProps {
  readonly timeline: Timeline;
  readonly root: string;
  readonly blocked: string | null;
  /** The reader may decide; others see what is asked. */
  readonly mayAnswer: boolean;
  /** What was answered already, by the request's id; it is sent again until it counts. */
  readonly answers: GivenAnswers;
  /** Whatever this page has answered. */
  readonly answered: ReadonlySet<RequestId>;
  /** Whether an answer counted shows when the approval is gone. */
  readonly onDecide: (requestId: RequestId, choice: ApprovalChoice) => void;
  readonly onAnswer: (requestId: RequestId, answers: UserAnswers) => void;
}

/** The oldest approval that waits, docked on the composer so that it is seen wherever the reader is. */
export function ApprovalDock(props: ApprovalDockProps) {
  const { timeline, root, blocked, mayAnswer, answers, answered, onDecide, onAnswer } = props;
  const { pendingApprovals } = timeline;
  const settledElsewhere = useSettledElsewhere(timeline, answered);
  const approval = pendingApprovals[0];
  if (approval !== undefined && !mayAnswer) return <WatchedRequest asked={approval} timeline={timeline} />;
  if (approval === undefined) {
    return settledElsewhere === null ? null : (
      <p className={styles.decided} role="status">
        {settledElsewhere}
      </p>
    );
  }
  const { requestId } = approval;
  const sending = answers.has(requestId);
  if (approval.kind === "questions") {
    return (
      <QuestionCard
        key={approval.approvalId}
        asked={approval}
        sending={sending}
        blocked={blocked === null ? null : `${blocked} The answer cannot be sent now.`}
        onAnswer={(given) => onAnswer(requestId, given)}
      />
    );
  }
  return (
    <ApprovalCard
      key={approval.approvalId}
      approval={approval}
      timeline={timeline}
      root={root}
      position={pendingApprovals.length > 1 ? `1 of ${pendingApprovals.length}` : null}
      sending={sending}
      blocked={blocked === null ? null : `${blocked} The decision cannot be sent now.`}
      onAnswer={(choice) => onDecide(requestId, choice)}
    />
  );
}

/** For three seconds; else null. */
function useSettledElsewhere(timeline: Timeline, answered: ReadonlySet<RequestId>): string | null {
  const { userId } = useSession();
  const [shown, setShown] = useState<string | null>(null);
  const before = useRef<readonly PendingApproval[]>([]);
  useEffect(() => {
    const settled = presentSettledElsewhere(before.current, timeline, answered, userId);
    if (settled !== null) setShown(settled);
    before.current = timeline.pendingApprovals;
  }, [timeline, answered, userId]);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => setShown(null), 3000);
    return () => clearTimeout(timer);
  }, [shown]);
  return shown;
}
