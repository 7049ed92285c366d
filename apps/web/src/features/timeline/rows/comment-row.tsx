import { MessageSquareText, Trash2 } from "lucide-react";
import { useState } from "react";
import { useSession } from "../../../session/session-context.ts";
import { IconButton } from "../../../ui/button.tsx";
import type { RowProps } from "../row.ts";
import { useTimelineActions } from "../timeline-actions.ts";
import styles from "./comment-row.module.css";

const formatTime = (ms: number) =>
  new Date(ms).toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** What a person said to the others. It looks like no message to the agent. */
export function CommentRow({ row }: RowProps<"comment">) {
  const { id, text, author, at } = row.comment;
  const { userId } = useSession();
  const { comments } = useTimelineActions();
  const [busy, setBusy] = useState(false);
  const isMine = author.userId !== null && author.userId === userId;
  const remove = async () => {
    setBusy(true);
    // Where it fails the comment stays, and so does the button.
    await comments?.remove(id);
    setBusy(false);
  };
  return (
    <article className={styles.comment} aria-label={`Comment by ${author.name}`}>
      <header className={styles.head}>
        <MessageSquareText size={14} aria-hidden="true" />
        <span className={styles.author}>{isMine ? "You" : author.name}</span>
        {author.isViewer && <span className={styles.how}>by link</span>}
        <time className={styles.time} dateTime={new Date(at).toISOString()}>
          {formatTime(at)}
        </time>
        {comments?.mayRemove(row.comment) === true && (
          <IconButton label="Delete comment" disabled={busy} onClick={() => void remove()}>
            <Trash2 size={14} />
          </IconButton>
        )}
      </header>
      <p className={styles.text}>{text}</p>
    </article>
  );
}
