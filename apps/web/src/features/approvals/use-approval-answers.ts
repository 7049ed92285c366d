import type { RequestId } from "@skein/protocol/json-rpc";
import type { UserAnswers } from "@skein/protocol/user-question";
import { useCallback, useRef } from "react";
import type { ThreadStore } from "../../session/session.ts";
import type { ApprovalChoice } from "./present-approval.ts";

/** Answers approvals, and remembers which: what else goes away was decided elsewhere. */
export function useApprovalAnswers(store: ThreadStore) {
  const answered = useRef(new Set<RequestId>());
  const answer = useCallback(
    (requestId: RequestId, choice: ApprovalChoice) => {
      answered.current.add(requestId);
      store.answerApproval(requestId, choice);
    },
    [store],
  );
  const answerQuestions = useCallback(
    (requestId: RequestId, answers: UserAnswers) => {
      answered.current.add(requestId);
      store.answerQuestions(requestId, answers);
    },
    [store],
  );
  /** What waits now goes away because this page stops the turn. */
  const withdraw = useCallback(() => {
    for (const { requestId } of store.getSnapshot().timeline?.pendingApprovals ?? []) answered.current.add(requestId);
  }, [store]);
  return { answer, answerQuestions, withdraw, answered: answered.current as ReadonlySet<RequestId> };
}
