import type { ResultOf } from "@skein/protocol/methods";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { plural } from "../../lib/plural.ts";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Spinner } from "../../ui/spinner.tsx";
import styles from "./workspaces.module.css";

type Read = ResultOf<"skein/workspace/read">;

/** Who works in a workspace. Asking has it measured, too. */
export function WorkspaceThreads({ workspaceId }: { readonly workspaceId: string }) {
  const session = useSession();
  const live = useIsLive();
  const { reload } = useCatalog();
  const [read, setRead] = useState<Read | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (!live) return;
    let isWanted = true;
    session.request("skein/workspace/read", { workspaceId }).then(
      (answer) => {
        if (!isWanted) return;
        setRead(answer);
        void reload();
      },
      (reason: unknown) => isWanted && setError(messageOf(reason)),
    );
    return () => {
      isWanted = false;
    };
  }, [session, live, workspaceId, reload]);
  if (error !== null) {
    return (
      <p className={styles.error} role="alert">
        {error}
      </p>
    );
  }
  if (read === null) {
    return (
      <p className={styles.note} role="status">
        <Spinner /> Measuring…
      </p>
    );
  }
  const others = (read.workspace.threads ?? 0) - read.threads.length;
  return (
    <ul className={styles.threads}>
      {read.threads.map(({ threadId, name, preview, isAtWork }) => (
        <li key={threadId}>
          <Link href={`/t/${threadId}`}>{name ?? (preview === "" ? "New thread" : preview)}</Link>
          {isAtWork && <span className={styles.note}> at work</span>}
        </li>
      ))}
      {read.threads.length === 0 && others <= 0 && <li className={styles.note}>No thread has worked here.</li>}
      {others > 0 && <li className={styles.note}>{`${plural(others, "thread")} more`}</li>}
    </ul>
  );
}
