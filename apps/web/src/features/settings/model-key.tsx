import type { CredentialScope, ModelCredential } from "@skein/protocol/methods/model-credential";
import { useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { outcomeWords } from "./credential-words.ts";
import { ErrorLine } from "./error-line.tsx";
import { ModelKeyForm } from "./model-key-form.tsx";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface ModelKeyProps {
  readonly scope: CredentialScope;
  /** null: none is kept. */
  readonly credential: ModelCredential | null;
  readonly onChange: () => Promise<void>;
}

/** One key: whose it is is said by the section around it. */
export function ModelKey({ scope, credential, onChange }: ModelKeyProps) {
  const session = useSession();
  const live = useIsLive();
  const [editing, setEditing] = useState(false);
  const [tested, setTested] = useState<string | null>(null);
  const { error, attempt } = useAttempts();
  const change = (work: Promise<unknown>) => {
    setTested(null);
    return attempt(work.then(onChange));
  };
  const test = async () => {
    setTested("Asking the provider…");
    const { outcome, model } = await session
      .request("skein/modelCredential/test", { scope })
      .finally(() => setTested(null));
    setTested(`${model}: ${outcomeWords[outcome]}`);
  };
  return (
    <>
      {credential !== null && (
        <ul className={styles.lines}>
          <li className={styles.line}>
            <span className={classNames(styles.lineName, styles.push)}>{credential.name}</span>
            <Button look="quiet" disabled={!live} onClick={() => void attempt(test())}>
              Test
            </Button>
            <Button look="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
              Change
            </Button>
            <AskedButton
              label="Delete"
              of={credential.name}
              sure="Delete now"
              disabled={!live}
              onConfirm={() => void change(session.request("skein/modelCredential/delete", { scope }))}
            />
            <span className={styles.below}>{factsOf(credential)}</span>
          </li>
        </ul>
      )}
      <p className={styles.note} role="status">
        {tested}
      </p>
      {credential === null && !editing && (
        <div>
          <Button disabled={!live} onClick={() => setEditing(true)}>
            Add a key
          </Button>
        </div>
      )}
      {editing && (
        <ModelKeyForm
          key={credential?.updatedAt ?? "new"}
          credential={credential}
          disabled={!live}
          onCancel={() => setEditing(false)}
          onSave={(draft) =>
            change(session.request("skein/modelCredential/put", { scope, ...draft }).then(() => setEditing(false)))
          }
        />
      )}
      <ErrorLine error={error} />
    </>
  );
}

function factsOf({ lastFour, baseUrl, models, updatedAt }: ModelCredential): string {
  return [
    lastFour === "" ? null : `ends in ${lastFour}`,
    baseUrl === null ? null : new URL(baseUrl).host,
    models === null ? null : models.join(", "),
    `kept since ${new Date(updatedAt).toLocaleDateString()}`,
  ]
    .filter((fact) => fact !== null)
    .join(", ");
}
