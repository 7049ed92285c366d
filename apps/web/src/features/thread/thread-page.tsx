import { useMemo } from "react";
import type { ThreadStore } from "../../session/session.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useThread } from "../../session/use-thread.ts";
import { Button } from "../../ui/button.tsx";
import { DetailsPanel } from "../changes/details-panel.tsx";
import { derivePresence } from "../presence/present-presence.ts";
import { Page } from "../shell/page.tsx";
import { TimelineSkeleton } from "../timeline/timeline-skeleton.tsx";
import { loadedThread } from "./loaded-thread.ts";
import { OpenThread } from "./open-thread.tsx";
import { presentFailure } from "./present-failure.ts";
import styles from "./thread-page.module.css";
import { ThreadTopBar } from "./thread-top-bar.tsx";
import { useThreadEntry } from "./use-thread-entry.ts";

/** One thread: its conversation, and what stands beside it. */
export function ThreadPage({ threadId }: { readonly threadId: string }) {
  const store = useThread(threadId);
  const listed = useThreadEntry(threadId);
  if (store !== null) return <StoredThread threadId={threadId} store={store} />;
  return (
    <Page
      currentId={threadId}
      topBar={<ThreadTopBar threadId={threadId} entry={listed} timeline={null} rights={null} presence={null} />}
    >
      <TimelineSkeleton />
    </Page>
  );
}

function StoredThread({ threadId, store }: { readonly threadId: string; readonly store: ThreadStore }) {
  const snapshot = useStore(store);
  const listed = useThreadEntry(threadId);
  const loaded = loadedThread(snapshot);
  const failure = presentFailure(snapshot.phase);
  const timeline = loaded?.timeline ?? null;
  const { userId } = useSession();
  const presence = useMemo(() => derivePresence(snapshot.people, userId), [snapshot.people, userId]);
  return (
    <Page
      currentId={threadId}
      topBar={
        <ThreadTopBar
          threadId={threadId}
          entry={snapshot.thread ?? listed}
          timeline={timeline}
          rights={snapshot.phase.type === "deleted" ? null : snapshot.rights}
          presence={presence}
        />
      }
      panel={timeline === null ? null : <DetailsPanel timeline={timeline} />}
    >
      {failure !== null && (
        <div className={timeline === null ? styles.failed : styles.failedBar} role="alert">
          <h2>{failure.title}</h2>
          <p>{failure.text}</p>
          {failure.retry && <Button onClick={() => store.retry()}>Retry</Button>}
        </div>
      )}
      {loaded === null && failure === null && <TimelineSkeleton />}
      {loaded !== null && snapshot.phase.type !== "deleted" && (
        <OpenThread
          key={threadId}
          threadId={threadId}
          store={store}
          thread={loaded}
          isBehind={snapshot.phase.type === "catchingUp"}
          rights={snapshot.rights}
          presence={presence}
        />
      )}
    </Page>
  );
}
