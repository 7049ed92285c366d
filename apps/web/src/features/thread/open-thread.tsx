import type { Right } from "@skein/protocol/right";
import { FolderX } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { usePerson } from "../../session/person.ts";
import type { ThreadStore } from "../../session/session.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { ApprovalDock } from "../approvals/approval-dock.tsx";
import { useApprovalAnswers } from "../approvals/use-approval-answers.ts";
import { CommentComposer } from "../comments/comment-composer.tsx";
import { CommentToggle } from "../comments/comment-toggle.tsx";
import { useComments } from "../comments/use-comments.ts";
import { Composer } from "../composer/composer.tsx";
import { ContextMeter } from "../composer/context-meter.tsx";
import { useDraft } from "../composer/use-draft.ts";
import { presentPostBlock } from "../connection/present-connection.ts";
import { useSendBlock, useWait } from "../connection/use-send-block.ts";
import { ModelMenu } from "../policy/model-menu.tsx";
import { PolicyMenu } from "../policy/policy-menu.tsx";
import { useThreadNetwork } from "../policy/use-thread-network.ts";
import type { Presence } from "../presence/present-presence.ts";
import { TypingLine } from "../presence/typing-line.tsx";
import { useTypedDraft } from "../presence/use-typed-draft.ts";
import { deriveQueueState } from "../queue/derive-queue-state.ts";
import { QueueList } from "../queue/queue-list.tsx";
import { useQueue } from "../queue/use-queue.ts";
import { useShell } from "../shell/shell-state.tsx";
import { TimelineView } from "../timeline/timeline.tsx";
import { TimelineActionsContext } from "../timeline/timeline-actions.ts";
import { useRows } from "../timeline/use-rows.ts";
import { usePost } from "../unsent/use-post.ts";
import { useWorkspaceGone } from "../workspaces/use-workspace-gone.ts";
import { deriveUnsent } from "./derive-unsent.ts";
import type { LoadedThread } from "./loaded-thread.ts";
import { presentPlaceholder } from "./present-placeholder.ts";
import styles from "./thread-page.module.css";
import { useAnnounceTurns } from "./use-announce-turns.ts";
import { useAnnounceWarnings } from "./use-announce-warnings.ts";
import { useCatchingUp } from "./use-catching-up.ts";
import { useStop } from "./use-stop.ts";
import { useTalk } from "./use-talk.ts";

interface OpenThreadProps {
  readonly threadId: string;
  readonly store: ThreadStore;
  readonly thread: LoadedThread;
  /** What is shown may not be the latest. */
  readonly isBehind: boolean;
  /** The reader's; null as long as nobody has said: then the server decides. */
  readonly rights: readonly Right[] | null;
  readonly presence: Presence;
}

const noFolds: ReadonlyMap<string, boolean> = new Map();

export function OpenThread({ threadId, store, thread, isBehind, rights, presence }: OpenThreadProps) {
  const { timeline, settings } = thread;
  const session = useSession();
  const connection = useStore(session.state);
  const blocked = useSendBlock();
  const answers = useStore(session.answers);
  const { models, server } = useCatalog();
  const { accounts } = usePerson();
  const may = (right: Right) => rights?.includes(right) ?? true;
  const [wantsToComment, setWantsToComment] = useState(false);
  const mayPrompt = may("prompt");
  const isCommenting = wantsToComment || !mayPrompt;
  const commentDraft = useTypedDraft(useDraft(`comment:${threadId}`), store, presence.words !== null);
  const comments = useComments(threadId, commentDraft, may("manage"));
  const { showPanel } = useShell();
  const draft = useTypedDraft(useDraft(threadId), store, presence.words !== null);
  const posted = useStore(session.outbox);
  const wait = useWait();
  const unsent = useMemo(() => deriveUnsent(posted, threadId, wait), [posted, threadId, wait]);
  const [folds, setFolds] = useState(noFolds);
  const rows = useRows(timeline, folds, unsent);
  const running = timeline.activeTurnId !== null;
  const approvals = useApprovalAnswers(store);
  const stop = useStop(store, timeline.activeTurnId, connection.type === "live", approvals.withdraw);
  const { post, refusal } = usePost(draft);
  const mayAnswer = may("approve");
  const talk = useTalk(threadId, store, settings, draft, post, mayAnswer ? approvals.answer : null);
  const network = useThreadNetwork(threadId, settings.sandboxPolicy);
  const queue = useQueue(threadId, store, draft, post);
  const isCatchingUp = useCatchingUp(isBehind);
  useAnnounceTurns(timeline);
  useAnnounceWarnings(timeline);

  const { resend, withdraw, retryTurn } = talk;
  const actions = useMemo(
    () => ({
      root: settings.cwd,
      outputAddress: (itemId: string) => `/threads/${threadId}/items/${encodeURIComponent(itemId)}/output`,
      toggleFold: (key: string, open: boolean) => setFolds((before) => new Map(before).set(key, open)),
      openChanges: (turnId: string) => showPanel("changes", turnId),
      mayAnswer,
      comments: comments.rows,
      retryTurn: mayPrompt ? retryTurn : null,
      resend,
      withdraw,
    }),
    [settings.cwd, threadId, showPanel, retryTurn, resend, withdraw, comments.rows, mayAnswer, mayPrompt],
  );
  const loadOlder = useCallback(() => void store.loadOlder(), [store]);
  const [asking] = timeline.pendingApprovals;
  const gone = useWorkspaceGone({ cwd: settings.cwd, workspaceId: thread.workspaceId });
  return (
    <TimelineActionsContext value={actions}>
      <TimelineView
        rows={rows}
        hasOlder={timeline.window.hasOlder}
        onLoadOlder={loadOlder}
        isCatchingUp={isCatchingUp}
      />
      <div className={styles.dock}>
        {gone && (
          <p className={styles.gone} role="status">
            <FolderX size={14} aria-hidden="true" />
            <span>{goneWords}</span>
          </p>
        )}
        <TypingLine typing={presence.typing} />
        <ApprovalDock
          timeline={timeline}
          root={settings.cwd}
          blocked={blocked}
          mayAnswer={mayAnswer}
          answers={answers}
          answered={approvals.answered}
          onDecide={approvals.answer}
          onAnswer={approvals.answerQuestions}
        />
        <QueueList
          messages={queue.messages}
          unsent={queue.unsent}
          state={deriveQueueState(timeline)}
          blocked={blocked}
          problem={queue.problem}
          actions={queue.actions}
          onRetry={queue.retry}
          onWithdraw={queue.withdraw}
        />
        {isCommenting ? (
          <CommentComposer
            draft={commentDraft}
            blocked={presentPostBlock(connection)}
            refusal={comments.refusal}
            docked={asking !== undefined}
            onSend={(text) => void comments.add(text)}
            onLeave={mayPrompt ? () => setWantsToComment(false) : null}
          />
        ) : (
          <Composer
            draft={draft}
            label={running ? "Message to the running turn" : "Message"}
            placeholder={presentPlaceholder(asking?.kind ?? null, running, mayAnswer)}
            running={running}
            canStop={stop.canStop}
            stopping={stop.stopping}
            stopArmed={stop.armed}
            blocked={gone ? "" : presentPostBlock(connection)}
            refusal={refusal ?? stop.problem}
            docked={asking !== undefined}
            onSend={talk.send}
            onQueue={running ? queue.add : null}
            onStop={stop.stop}
            bar={
              <>
                {mayAnswer && <PolicyMenu value={talk.policy} onChoose={talk.choosePolicy} network={network} />}
                <ModelMenu
                  models={models}
                  value={talk.model}
                  demo={server?.model.kind === "demo"}
                  onChoose={talk.chooseModel}
                />
                {accounts && <CommentToggle pressed={false} onToggle={() => setWantsToComment(true)} />}
                <ContextMeter usage={timeline.tokenUsage} />
              </>
            }
          />
        )}
      </div>
    </TimelineActionsContext>
  );
}

const goneWords =
  "The workspace of this thread was deleted. The thread can be read and exported, and takes no more messages.";
