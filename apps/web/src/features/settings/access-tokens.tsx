import type { AccessToken } from "@skein/protocol/methods/token";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import { useSession, useStore } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./settings-page.module.css";

/** Tokens with which other clients sign in as this person. A secret is shown once, right after it was made. */
export function AccessTokens() {
  const session = useSession();
  const live = useStore(session.state).type === "live";
  const [tokens, setTokens] = useState<readonly AccessToken[] | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const attempt = useCallback((work: Promise<unknown>) => {
    setError(null);
    return work.catch((reason: unknown) => setError(messageOf(reason)));
  }, []);
  const load = useCallback(
    () => session.request("skein/token/list", {}).then(({ data }) => setTokens(data)),
    [session],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);

  const create = (event: FormEvent) => {
    event.preventDefault();
    const made = session.request("skein/token/create", { name: name.trim() }).then((answer) => {
      setSecret(answer.secret);
      setName("");
      return load();
    });
    void attempt(made);
  };
  const revoke = (tokenId: string) => void attempt(session.request("skein/token/revoke", { tokenId }).then(load));

  return (
    <>
      <p className={styles.note}>
        For the terminal client and for scripts: they send a token as <code>Authorization: Bearer</code>. Whoever holds
        it can do what you can do.
      </p>
      {secret !== null && (
        <div className={styles.secret} role="status">
          <p>Copy this token now. It is not shown again.</p>
          <div className={styles.secretLine}>
            <code>{secret}</code>
            <CopyButton text={secret} label="Copy token" />
          </div>
          <Button onClick={() => setSecret(null)}>Done</Button>
        </div>
      )}
      {tokens?.length === 0 && secret === null && <p className={styles.note}>No tokens.</p>}
      <ul className={styles.tokens}>
        {tokens?.map((token) => (
          <TokenLine key={token.id} token={token} onRevoke={() => revoke(token.id)} />
        ))}
      </ul>
      <form className={styles.newToken} onSubmit={create}>
        <Field
          label="Name of a new token"
          placeholder="terminal on my laptop"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === "" || !live}>
          Create token
        </Button>
      </form>
      {error !== null && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </>
  );
}

function TokenLine({ token, onRevoke }: { readonly token: AccessToken; readonly onRevoke: () => void }) {
  const [asking, setAsking] = useState(false);
  const day = (ms: number) => new Date(ms).toLocaleDateString();
  const used = token.lastUsedAt === null ? "never used" : `last used ${day(token.lastUsedAt)}`;
  return (
    <li className={styles.token}>
      <span className={styles.tokenName}>{token.name}</span>
      <span className={styles.note}>
        made {day(token.createdAt)}, {used}
      </span>
      {asking ? (
        <>
          <Button look="danger" onClick={onRevoke}>
            Revoke now
          </Button>
          <Button look="quiet" onClick={() => setAsking(false)}>
            Keep
          </Button>
        </>
      ) : (
        <Button look="quiet" aria-label={`Revoke ${token.name}`} onClick={() => setAsking(true)}>
          Revoke
        </Button>
      )}
    </li>
  );
}
