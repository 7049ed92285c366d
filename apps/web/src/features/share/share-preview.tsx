import type { ResultOf } from "@skein/protocol/methods";
import { openTimeline } from "@skein/timeline/reduce/page";
import { emptyTimeline, type Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useMemo, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { ErrorLine } from "../settings/error-line.tsx";
import settings from "../settings/settings-page.module.css";
import { TimelineView } from "../timeline/timeline.tsx";
import { type TimelineActions, TimelineActionsContext } from "../timeline/timeline-actions.ts";
import { useRows } from "../timeline/use-rows.ts";
import styles from "./share.module.css";

interface SharePreviewProps {
  readonly threadId: string;
  readonly withHistory: boolean;
  readonly isLive: boolean;
}

type Preview = ResultOf<"skein/share/preview">;

/** What viewers would see now, made by the server as it makes it for them. */
export function SharePreview({ threadId, withHistory, isLive }: SharePreviewProps) {
  const session = useSession();
  const live = useIsLive();
  const [shown, setShown] = useState(false);
  const [page, setPage] = useState<Preview | string | null>(null);
  useEffect(() => {
    if (!shown || !live) return;
    let isCurrent = true;
    setPage(null);
    session.request("skein/share/preview", { threadId, withHistory, isLive, limit: 10 }).then(
      (preview) => isCurrent && setPage(preview),
      (error: unknown) => isCurrent && setPage(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [session, live, shown, threadId, withHistory, isLive]);
  return (
    <details className={styles.preview} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>Preview: what viewers will see</summary>
      <ErrorLine error={typeof page === "string" ? page : null} />
      {page !== null && typeof page !== "string" && <PreviewRows page={page} />}
    </details>
  );
}

const noFolds: ReadonlyMap<string, boolean> = new Map();
const nothing = () => {};

function PreviewRows({ page }: { readonly page: Preview }) {
  const [folds, setFolds] = useState(noFolds);
  const timeline = useMemo(() => timelineOf(page), [page]);
  const rows = useRows(timeline, folds, []);
  const actions = useMemo(
    (): TimelineActions => ({
      ...{
        root: "/",
        outputAddress: null,
        openChanges: null,
        mayAnswer: false,
        retryTurn: null,
        comments: null,
        resend: nothing,
        withdraw: nothing,
      },
      toggleFold: (key, open) => setFolds((before) => new Map(before).set(key, open)),
    }),
    [],
  );
  if (rows.length === 0) return <p className={settings.note}>Nothing yet: what comes is shown.</p>;
  return (
    <TimelineActionsContext value={actions}>
      <div className={styles.previewed}>
        <TimelineView rows={rows} hasOlder={false} onLoadOlder={nothing} isCatchingUp={false} />
      </div>
    </TimelineActionsContext>
  );
}

function timelineOf({ data, asOf = 0 }: Preview): Timeline {
  const turns = data.map((turn) => ({ turn, extras: turn.extras ?? null })).reverse();
  const { name, archived, tokenUsage, pendingApprovals, warnings, handOvers } = emptyTimeline;
  return openTimeline(
    { asOf, turns, olderCursor: null },
    { name, archived, tokenUsage, pendingApprovals, warnings, handOvers },
  );
}
