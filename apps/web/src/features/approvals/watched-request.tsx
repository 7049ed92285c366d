import type { PendingApproval, Timeline } from "@skein/timeline/reduce/timeline";
import { AskedAgo } from "../../ui/asked-ago.tsx";
import { RequestCard } from "../../ui/request-card.tsx";
import styles from "./approval-card.module.css";
import { ExactText } from "./exact-text.tsx";
import { presentApproval } from "./present-approval.ts";

interface WatchedRequestProps {
  readonly asked: PendingApproval;
  readonly timeline: Timeline;
}

/** What the agent waits for, for somebody who may not answer it. */
export function WatchedRequest({ asked, timeline }: WatchedRequestProps) {
  const why = (
    <p className={styles.scope}>You may read this thread, but not approve in it. Somebody who may will answer.</p>
  );
  const facts = <AskedAgo atMs={asked.at} />;
  if (asked.kind === "questions") {
    return (
      <RequestCard asks="question" title="The agent asks" facts={facts} blocked={null} buttons={null} foot={why}>
        {asked.params.questions.map(({ id, question }) => (
          <p key={id}>{question}</p>
        ))}
      </RequestCard>
    );
  }
  const { title, command, reason } = presentApproval(asked, timeline);
  return (
    <RequestCard asks="decision" title={title} facts={reason ?? facts} blocked={null} buttons={null} foot={why}>
      {command !== null && <ExactText text={command} />}
    </RequestCard>
  );
}
