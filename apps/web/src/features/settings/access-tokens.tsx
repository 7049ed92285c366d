import type { AccessToken } from "@skein/protocol/methods/token";
import { useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { ErrorLine } from "./error-line.tsx";
import { NewTokenForm, type TokenDraft } from "./new-token-form.tsx";
import { presentTokenFacts } from "./present-token.ts";
import styles from "./settings-page.module.css";
import { ShownOnce } from "./shown-once.tsx";
import { useAttempts } from "./use-attempts.ts";

/** Tokens with which other clients sign in as this person. A secret is shown once, right after it was made. */
export function AccessTokens() {
  const session = useSession();
  const live = useIsLive();
  const [tokens, setTokens] = useState<readonly AccessToken[] | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(
    () => session.request("skein/token/list", {}).then(({ data }) => setTokens(data)),
    [session],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const create = async ({ name, scopes, days }: TokenDraft) => {
    const expiresAt = days === null ? null : Date.now() + days * 24 * 60 * 60 * 1000;
    const answer = await session.request("skein/token/create", { name, scopes: [...scopes], expiresAt });
    setSecret(answer.secret);
    await load();
  };
  return (
    <>
      <p className={styles.note}>
        For the terminal client and for scripts: they send a token as <code>Authorization: Bearer</code>. Whoever holds
        it can do what it carries, as you.
      </p>
      {secret !== null && <ShownOnce what="token" secret={secret} onDone={() => setSecret(null)} />}
      {tokens?.length === 0 && secret === null && <p className={styles.note}>No tokens.</p>}
      <ul className={styles.lines}>
        {tokens?.map((token) => (
          <li key={token.id} className={styles.line}>
            <span className={styles.lineName}>{token.name}</span>
            <span className={styles.note}>{presentTokenFacts(token)}</span>
            <AskedButton
              label="Revoke"
              of={token.name}
              sure="Revoke now"
              onConfirm={() => void attempt(session.request("skein/token/revoke", { tokenId: token.id }).then(load))}
            />
          </li>
        ))}
      </ul>
      <NewTokenForm disabled={!live} onCreate={(draft) => attempt(create(draft))} />
      <ErrorLine error={error} />
    </>
  );
}
