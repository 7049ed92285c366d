import { type FormEvent, useState } from "react";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { CloneCredential } from "./clone-credential.tsx";
import { nameOfRepository, sentence } from "./present-workspace.ts";
import styles from "./workspaces.module.css";

interface CloneFormProps {
  readonly onClose: () => void;
  /** It has begun. */
  readonly onMade: () => void;
}

/** Makes a workspace of a repository. What becomes of it is shown in the list. */
export function CloneForm({ onClose, onMade }: CloneFormProps) {
  const session = useSession();
  const live = useIsLive();
  const { reload } = useCatalog();
  const [url, setUrl] = useState("");
  const [name, setName] = useState<string | null>(null);
  const [branch, setBranch] = useState("");
  const [shallow, setShallow] = useState(false);
  /** null: none; undefined: whichever there is for the host. */
  const [credentialId, setCredentialId] = useState<string | null | undefined>(undefined);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const shownName = name ?? nameOfRepository(url);
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await session.request("skein/workspace/clone", {
        ...{ name: shownName.trim(), url: url.trim() },
        ...{ branch: branch.trim() === "" ? null : branch.trim(), depth: shallow ? 1 : null },
        ...(credentialId === undefined ? {} : { credentialId }),
      });
      await reload();
      onMade();
    } catch (reason) {
      setError(sentence(messageOf(reason)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={begin} autoComplete="off">
      <Field
        label="Address"
        mono
        autoFocus
        inputMode="url"
        spellCheck={false}
        placeholder="https://example.org/team/project.git"
        value={url}
        disabled={busy}
        error={error}
        onChange={(event) => {
          setUrl(event.target.value);
          setError(null);
        }}
      />
      <Field
        label="Name"
        mono
        spellCheck={false}
        value={shownName}
        disabled={busy}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Branch"
        mono
        spellCheck={false}
        placeholder="as the repository says"
        value={branch}
        disabled={busy}
        onChange={(event) => setBranch(event.target.value)}
      />
      <CloneCredential address={url} value={credentialId} disabled={busy} onChoose={setCredentialId} />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={shallow}
          disabled={busy}
          onChange={(event) => setShallow(event.target.checked)}
        />
        Only the newest commit
      </label>
      <div className={styles.formEnd}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!live || busy || url.trim() === "" || shownName.trim() === ""}>
          {busy ? "Beginning…" : "Clone"}
        </Button>
      </div>
    </form>
  );
}
