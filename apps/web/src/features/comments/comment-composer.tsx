import { MessageSquareText } from "lucide-react";
import { Composer } from "../composer/composer.tsx";
import type { Draft } from "../composer/use-draft.ts";
import styles from "./comment-composer.module.css";
import { CommentToggle } from "./comment-toggle.tsx";

interface CommentComposerProps {
  readonly draft: Draft;
  /** Why nothing can be said now; null when it can. */
  readonly blocked: string | null;
  /** Why the last comment came back. */
  readonly refusal: string | null;
  /** An approval card stands on top. */
  readonly docked?: boolean;
  readonly onSend: (text: string) => void;
  /** Back to the agent; null: the reader may only comment. */
  readonly onLeave: (() => void) | null;
}

const nothing = () => {};

/** Where a person writes to the others in the thread. */
export function CommentComposer(props: CommentComposerProps) {
  const { draft, blocked, refusal, docked = false, onSend, onLeave } = props;
  return (
    <div className={styles.comment}>
      <Composer
        draft={draft}
        label="Comment"
        placeholder="Comment to the people in this thread…"
        running={false}
        stopping={false}
        stopArmed={false}
        blocked={blocked}
        refusal={refusal}
        docked={docked}
        focused={onLeave !== null}
        onSend={onSend}
        onStop={nothing}
        bar={
          <>
            {onLeave !== null && <CommentToggle pressed onToggle={onLeave} />}
            <span className={styles.note}>
              {onLeave === null && <MessageSquareText size={14} aria-hidden="true" />} The agent does not read comments
            </span>
          </>
        }
      />
    </div>
  );
}
