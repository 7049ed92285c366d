import { useState } from "react";
import { useSession, useStore } from "../../session/session-context.ts";
import { CommentComposer } from "../comments/comment-composer.tsx";
import { CommentToggle } from "../comments/comment-toggle.tsx";
import { Composer } from "../composer/composer.tsx";
import { type Draft, useDraft } from "../composer/use-draft.ts";
import { presentPostBlock } from "../connection/present-connection.ts";
import { usePrompt } from "./use-prompt.ts";
import styles from "./viewed-thread.module.css";

interface ViewerComposerProps {
  readonly threadId: string;
  /** Of who is signed in. */
  readonly name: string;
  /** Whether something may be said to the agent. */
  readonly mayPrompt: boolean;
  /** null: there is nothing yet on which to comment. */
  readonly comments: {
    readonly draft: Draft;
    readonly refusal: string | null;
    readonly add: (text: string) => Promise<void>;
  } | null;
}

const nothing = () => {};

/** Where a viewer who may writes: to the agent, or to the people in the thread. */
export function ViewerComposer({ threadId, name, mayPrompt, comments }: ViewerComposerProps) {
  const blocked = presentPostBlock(useStore(useSession().state));
  const [wantsToComment, setWantsToComment] = useState(false);
  const draft = useDraft(`shared-prompt:${threadId}`);
  const { send, refusal } = usePrompt(threadId, draft);
  if (comments !== null && (wantsToComment || !mayPrompt)) {
    return (
      <div className={styles.write}>
        <CommentComposer
          draft={comments.draft}
          blocked={blocked}
          refusal={comments.refusal}
          onSend={(text) => void comments.add(text)}
          onLeave={mayPrompt ? () => setWantsToComment(false) : null}
        />
      </div>
    );
  }
  if (!mayPrompt) return null;
  return (
    <div className={styles.write}>
      <Composer
        draft={draft}
        label={`Message, as ${name}`}
        placeholder={`Ask for something, as ${name}…`}
        running={false}
        stopping={false}
        stopArmed={false}
        blocked={blocked}
        refusal={refusal}
        docked={false}
        onSend={(text) => void send(text)}
        onStop={nothing}
        bar={comments !== null && <CommentToggle pressed={false} onToggle={() => setWantsToComment(true)} />}
      />
    </div>
  );
}
