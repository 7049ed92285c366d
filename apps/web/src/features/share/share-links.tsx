import type { ParamsOf } from "@skein/protocol/methods";
import type { ShareLink } from "@skein/protocol/methods/share";
import { useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { ErrorLine } from "../settings/error-line.tsx";
import settings from "../settings/settings-page.module.css";
import { ShownOnce } from "../settings/shown-once.tsx";
import { useAttempts } from "../settings/use-attempts.ts";
import { LinkForm } from "./link-form.tsx";
import { presentLink } from "./present-link.ts";
import styles from "./share.module.css";

interface ShareLinksProps {
  readonly threadId: string;
  readonly title: string;
  /** The address of the link that was made just now. */
  readonly made: string | null;
  readonly onMade: (address: string | null) => void;
}

/** The links to the thread, for those who may manage it. */
export function ShareLinks({ threadId, title, made, onMade }: ShareLinksProps) {
  const session = useSession();
  const live = useIsLive();
  const [links, setLinks] = useState<readonly ShareLink[] | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(
    () => session.request("skein/share/list", { threadId }).then(({ data }) => setLinks(data)),
    [session, threadId],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const create = async (terms: ParamsOf<"skein/share/create">) => {
    const { path } = await session.request("skein/share/create", terms);
    onMade(new URL(path, location.href).href);
    await load();
  };
  const revoke = (linkId: string) =>
    void attempt(session.request("skein/share/revoke", { threadId, linkId }).then(load));
  return (
    <div className={styles.section}>
      <p className={settings.note}>
        Whoever has the link sees the thread without signing in. Secrets, e-mail addresses and paths outside of the
        workspace are hidden; look at the preview all the same.
      </p>
      {made === null ? (
        <LinkForm threadId={threadId} title={title} onCreate={(terms) => void attempt(create(terms))} />
      ) : (
        <ShownOnce what="link" secret={made} onDone={() => onMade(null)} />
      )}
      <ErrorLine error={error} />
      <section aria-labelledby={`links-${threadId}`}>
        <h3 id={`links-${threadId}`} className={styles.heading}>
          Links to this thread
        </h3>
        <LinkLines links={links} onRevoke={revoke} />
      </section>
    </div>
  );
}

const formatDay = (ms: number) => new Date(ms).toLocaleDateString();

interface LinkLinesProps {
  /** null: the server has not answered. */
  readonly links: readonly ShareLink[] | null;
  readonly onRevoke: (linkId: string) => void;
}

function LinkLines({ links, onRevoke }: LinkLinesProps) {
  const live = useIsLive();
  if (links === null || links.length === 0) {
    return (
      <p className={settings.note} role="status">
        {links !== null
          ? "There is none."
          : live
            ? "Looking which there are…"
            : "Not connected. They show when the connection is back."}
      </p>
    );
  }
  return (
    <ul className={settings.lines}>
      {links.map((link) => (
        <li key={link.id} className={settings.line}>
          <span className={styles.who}>
            <span className={settings.lineName}>{link.title}</span>
            <span className={settings.note}>{presentLink(link, formatDay)}</span>
          </span>
          <AskedButton
            label="Revoke"
            of={`the link ${link.title}`}
            sure="Revoke now"
            disabled={!live}
            onConfirm={() => onRevoke(link.id)}
          />
        </li>
      ))}
    </ul>
  );
}
