import type { ConnectionState } from "@skein/client/connection/state";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { ThreadStore } from "../../session/session.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useThread } from "../../session/use-thread.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { useComments } from "../comments/use-comments.ts";
import { useDraft } from "../composer/use-draft.ts";
import { presentWatchers } from "../presence/present-presence.ts";
import { TimelineView } from "../timeline/timeline.tsx";
import { type TimelineActions, TimelineActionsContext } from "../timeline/timeline-actions.ts";
import { TimelineSkeleton } from "../timeline/timeline-skeleton.tsx";
import { useRows } from "../timeline/use-rows.ts";
import { presentShare, presentShareState } from "./present-share.ts";
import type { ShareInfo } from "./share-info.ts";
import { SignInNote } from "./sign-in-note.tsx";
import styles from "./viewed-thread.module.css";
import { ViewerComposer } from "./viewer-composer.tsx";
import { ViewerMenu } from "./viewer-menu.tsx";

interface ViewedThreadProps {
  readonly info: ShareInfo;
  readonly token: string;
}

const formatTime = (ms: number) =>
  new Date(ms).toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** The thread of a link: what it is, who shares it, and what happens in it. */
export function ViewedThread({ info, token }: ViewedThreadProps) {
  const session = useSession();
  const connection = useStore(session.state);
  const store = useThread(info.threadId);
  const hasEnded = connection.type === "blocked";
  const [problem, setProblem] = useState<string | null>(null);
  useAnnounceEnd(hasEnded);
  return (
    <div className={styles.page}>
      <title>{`${info.title} – Skein`}</title>
      <header className={styles.header}>
        <div className={styles.what}>
          <h1 className={styles.title}>{info.title}</h1>
          <p className={styles.about}>{presentShare(info, formatTime)}</p>
        </div>
        <div className={styles.signs}>
          {store !== null && !hasEnded && <Watchers store={store} />}
          <StateMark state={connection.type} isLive={info.isLive} />
        </div>
        {!hasEnded && <ViewerMenu info={info} token={token} onProblem={setProblem} />}
      </header>
      {problem !== null && (
        <p className={styles.refused} role="alert">
          {problem}
        </p>
      )}
      {hasEnded && <Ended message={connection.message} />}
      <main className={styles.main}>
        {store !== null ? (
          <Conversation store={store} info={info} token={token} hasEnded={hasEnded} />
        ) : (
          !hasEnded && <TimelineSkeleton />
        )}
      </main>
    </div>
  );
}

function StateMark({ state, isLive }: { readonly state: ConnectionState["type"]; readonly isLive: boolean }) {
  const { text, tone } = presentShareState(state, isLive);
  return (
    <span className={classNames(styles.state, styles[tone])} role="status">
      {text}
    </span>
  );
}

function Watchers({ store }: { readonly store: ThreadStore }) {
  const watching = presentWatchers(useStore(store).people);
  return watching === null ? null : <span className={styles.watching}>{watching}</span>;
}

function Ended({ message }: { readonly message: string }) {
  return (
    <div className={styles.ended} role="alert">
      <h2>Sharing has ended</h2>
      <p>
        {message === "" || message.includes("leads nowhere")
          ? "The link was revoked or has expired, or the thread was deleted. What is shown stays until you leave this page."
          : message}
      </p>
    </div>
  );
}

const noFolds: ReadonlyMap<string, boolean> = new Map();
const nothingUnsent: readonly never[] = [];
const nothing = () => {};

interface ConversationProps {
  readonly store: ThreadStore;
  readonly info: ShareInfo;
  readonly token: string;
  readonly hasEnded: boolean;
}

function Conversation({ store, info, token, hasEnded }: ConversationProps) {
  const { timeline, phase } = useStore(store);
  const { threadId, level, signedInAs, isLive } = info;
  const draft = useDraft(`shared:${threadId}`);
  const comments = useComments(threadId, draft, false);
  const canWrite = level !== "read" && !hasEnded && isLive;
  const [folds, setFolds] = useState(noFolds);
  const actions = useMemo(
    (): TimelineActions => ({
      ...{ root: "/", outputAddress: null, openChanges: null, retryTurn: null, resend: nothing, withdraw: nothing },
      mayAnswer: false,
      comments: comments.rows,
      toggleFold: (key, open) => setFolds((before) => new Map(before).set(key, open)),
    }),
    [comments.rows],
  );
  const loadOlder = useCallback(() => void store.loadOlder(), [store]);
  if (phase.type === "failed") {
    return (
      <div className={styles.failed} role="alert">
        <p>The thread could not be loaded: {phase.error.message}</p>
        <Button onClick={() => store.retry()}>Retry</Button>
      </div>
    );
  }
  if (timeline === null) return hasEnded ? null : <TimelineSkeleton />;
  return (
    <TimelineActionsContext value={actions}>
      <ViewedRows store={store} goesOn={isLive && !hasEnded} folds={folds} onLoadOlder={loadOlder} />
      {canWrite && signedInAs === null && <SignInNote level={level} token={token} />}
      {canWrite && signedInAs !== null && (
        <ViewerComposer
          threadId={threadId}
          name={signedInAs}
          mayPrompt={level === "prompt"}
          comments={timeline.turns.length > 0 ? { draft, ...comments } : null}
        />
      )}
    </TimelineActionsContext>
  );
}

interface ViewedRowsProps {
  readonly store: ThreadStore;
  /** Whether anything may still come. */
  readonly goesOn: boolean;
  readonly folds: ReadonlyMap<string, boolean>;
  readonly onLoadOlder: () => void;
}

function ViewedRows({ store, goesOn, folds, onLoadOlder }: ViewedRowsProps) {
  const { timeline, phase } = useStore(store);
  const rows = useRows(timeline!, folds, nothingUnsent);
  if (rows.length === 0) {
    const text = goesOn ? "Nothing has been said here yet. What comes appears by itself." : "Nothing was said here.";
    return <p className={styles.empty}>{text}</p>;
  }
  return (
    <TimelineView
      rows={rows}
      hasOlder={timeline!.window.hasOlder}
      onLoadOlder={onLoadOlder}
      isCatchingUp={phase.type === "catchingUp" && goesOn}
    />
  );
}

function useAnnounceEnd(hasEnded: boolean): void {
  const announce = useAnnounce();
  useEffect(() => {
    if (hasEnded) announce("Sharing has ended", "assertive");
  }, [hasEnded, announce]);
}
