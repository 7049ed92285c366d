import type { ShareLevel, ShareLink } from "@skein/protocol/methods/share";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { plural } from "../../lib/plural.ts";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import styles from "./link-dialog.module.css";
import { SharePreview } from "./share-preview.tsx";

interface LinkDialogProps {
  readonly threadId: string;
  /** What the link is called unless something else is said. */
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function LinkDialog({ threadId, title, open, onClose }: LinkDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Share by link" size="large">
      <Links threadId={threadId} title={title} />
    </Dialog>
  );
}

type Part = "all" | "later" | "earlier";

const parts = [
  { value: "all", label: "The whole thread, as it goes on" },
  { value: "later", label: "Only what comes from now on" },
  { value: "earlier", label: "A snapshot of what there is" },
] as const;
const rangeOf = (part: Part) => ({ withHistory: part !== "later", isLive: part !== "earlier" });

const lifetimes = [
  { value: "1", label: "A day" },
  { value: "7", label: "A week" },
  { value: "30", label: "30 days" },
  { value: "never", label: "Until it is revoked" },
] as const;
const dayMs = 24 * 60 * 60 * 1000;

const levels = [
  { value: "read", label: "Read, without an account" },
  { value: "comment", label: "Read; comment, with an account" },
  { value: "prompt", label: "Read; comment and prompt, with an account" },
] as const;

function Links({ threadId, title: suggested }: { readonly threadId: string; readonly title: string }) {
  const session = useSession();
  const live = useIsLive();
  const { accounts } = usePerson();
  const [links, setLinks] = useState<readonly ShareLink[] | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const [title, setTitle] = useState(suggested.slice(0, 200));
  const [part, setPart] = useState<Part>("all");
  const [level, setLevel] = useState<ShareLevel>("read");
  const [lifetime, setLifetime] = useState<(typeof lifetimes)[number]["value"]>("7");
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = useCallback(
    (work: Promise<unknown>) =>
      work.then(
        () => setProblem(null),
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      ),
    [],
  );
  const load = useCallback(
    () => session.request("skein/share/list", { threadId }).then(({ data }) => setLinks(data)),
    [session, threadId],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const create = async () => {
    const expiresAt = lifetime === "never" ? null : Date.now() + Number(lifetime) * dayMs;
    const terms = { threadId, title: title.trim(), level, expiresAt, ...rangeOf(part) };
    const { path } = await session.request("skein/share/create", terms);
    setMade(new URL(path, location.href).href);
    await load();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(create());
  };
  return (
    <div className={styles.all}>
      <p className={styles.note}>
        Whoever has the link sees the thread without signing in. Secrets, e-mail addresses and paths outside of the
        workspace are hidden; look at the preview all the same.
      </p>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label="Title"
          maxLength={200}
          required
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Select label="Shows" value={part} choices={parts} onChoose={setPart} />
        {accounts && <Select label="Lets people" value={level} choices={levels} onChoose={setLevel} />}
        <Select label="Ends after" value={lifetime} choices={lifetimes} onChoose={setLifetime} />
        <Button type="submit" look="primary" disabled={!live || title.trim() === ""}>
          Create link
        </Button>
      </form>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {made !== null && (
        <div className={styles.made} role="status">
          <p>Copy the link now. It is not shown again.</p>
          <div className={styles.madeLine}>
            <code>{made}</code>
            <CopyButton text={made} label="Copy link" />
          </div>
        </div>
      )}
      <SharePreview threadId={threadId} {...rangeOf(part)} />
      {links !== null && links.length > 0 && (
        <section aria-labelledby="share-links">
          <h3 id="share-links" className={styles.heading}>
            Links to this thread
          </h3>
          <ul className={styles.list}>
            {links.map((link) => (
              <li key={link.id} className={styles.line}>
                <span className={styles.name}>{link.title}</span>
                <span className={styles.note}>{describe(link)}</span>
                <AskedButton
                  label="Revoke"
                  of={`the link ${link.title}`}
                  sure="Revoke now"
                  disabled={!live}
                  onConfirm={() =>
                    void attempt(session.request("skein/share/revoke", { threadId, linkId: link.id }).then(load))
                  }
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function describe({ isLive, withHistory, level, expiresAt, opens, createdBy }: ShareLink): string {
  const shown = isLive ? (withHistory ? "whole thread" : "from then on") : "snapshot";
  const until = expiresAt === null ? "no end" : `until ${new Date(expiresAt).toLocaleDateString()}`;
  return [createdBy, level === "read" ? "read-only" : `may ${level}`, shown, until, `opened ${plural(opens, "time")}`]
    .filter((part) => part !== "")
    .join(" · ");
}
