import { useCallback, useEffect, useState } from "react";
import { postAccountApi, readAccountApi } from "../../session/account-api.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorLine } from "./error-line.tsx";
import { orThrow } from "./or-throw.ts";
import { presentBrowser } from "./present-session.ts";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface OwnSession {
  readonly id: string;
  readonly tenantName: string;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly seenAt: number | null;
  readonly isCurrent: boolean;
}

/** Where this person is signed in, in all their teams. */
export function Sessions() {
  const [sessions, setSessions] = useState<readonly OwnSession[] | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(async () => {
    setSessions(orThrow(await readAccountApi<{ readonly data: readonly OwnSession[] }>("/api/account/sessions")).data);
  }, []);
  useEffect(() => void attempt(load()), [attempt, load]);
  const end = (which: object) =>
    void attempt(postAccountApi("/api/account/sessions/end", which).then(orThrow).then(load));
  const others = sessions?.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <>
      <ul className={styles.lines}>
        {sessions?.map((session) => (
          <li key={session.id} className={styles.line}>
            <span className={styles.lineName}>{presentBrowser(session.userAgent)}</span>
            <span className={styles.note}>
              {session.tenantName}, {session.isCurrent ? "this browser" : seenWords(session)}
            </span>
            {!session.isCurrent && (
              <AskedButton
                label="Sign out"
                of={presentBrowser(session.userAgent)}
                sure="Sign out now"
                onConfirm={() => end({ id: session.id })}
              />
            )}
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <div>
          <Button onClick={() => end({ others: true })}>Sign out everywhere else</Button>
        </div>
      )}
      <ErrorLine error={error} />
    </>
  );
}

function seenWords({ seenAt, createdAt }: OwnSession): string {
  return `last used ${new Date(seenAt ?? createdAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}`;
}
