import type { ResultOf } from "@skein/protocol/methods";
import type { GitCredential } from "@skein/protocol/methods/git-credential";
import type { CredentialScope } from "@skein/protocol/methods/model-credential";
import { useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorLine } from "./error-line.tsx";
import { GitCredentialForm } from "./git-credential-form.tsx";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

/** The credentials of one scope with which repositories are cloned. */
export function GitAccess({ scope }: { readonly scope: CredentialScope }) {
  const session = useSession();
  const live = useIsLive();
  const [kept, setKept] = useState<ResultOf<"skein/gitCredential/list"> | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(() => session.request("skein/gitCredential/list", {}).then(setKept), [session]);
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const [adding, setAdding] = useState(false);
  const theirs = kept?.data.filter((credential) => credential.scope === scope) ?? [];
  return (
    <>
      <p className={styles.note}>
        With these the server clones private repositories into new workspaces. They stay on the server: no command,
        workspace or agent sees them.{" "}
        {scope === "tenant" ? "Every member may clone with them." : "Your own go before the team's."}
      </p>
      {theirs.length > 0 && (
        <ul className={styles.lines}>
          {theirs.map((credential) => (
            <li key={credential.id} className={styles.line}>
              <span className={styles.lineName}>{credential.name}</span>
              <span className={styles.note}>{factsOf(credential)}</span>
              <AskedButton
                label="Delete"
                of={credential.name}
                sure="Delete now"
                disabled={!live}
                onConfirm={() =>
                  void attempt(
                    session.request("skein/gitCredential/delete", { credentialId: credential.id }).then(load),
                  )
                }
              />
            </li>
          ))}
        </ul>
      )}
      {kept !== null && !adding && (
        <div>
          <Button disabled={!live} onClick={() => setAdding(true)}>
            {theirs.length === 0 ? "Add a credential" : "Add another credential"}
          </Button>
        </div>
      )}
      {adding && (
        <GitCredentialForm
          disabled={!live}
          onCancel={() => setAdding(false)}
          onSave={async (draft) => {
            await session.request("skein/gitCredential/add", { scope, ...draft });
            await load();
            setAdding(false);
          }}
        />
      )}
      <ErrorLine error={error} />
    </>
  );
}

function factsOf({ host, username, lastFour, updatedAt }: GitCredential): string {
  return [
    host,
    username === null ? null : `as ${username}`,
    lastFour === "" ? null : `ends in ${lastFour}`,
    `kept since ${new Date(updatedAt).toLocaleDateString()}`,
  ]
    .filter((fact) => fact !== null)
    .join(", ");
}
