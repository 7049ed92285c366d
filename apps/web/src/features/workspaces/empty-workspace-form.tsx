import type { Workspace } from "@skein/protocol/methods/workspace";
import { type FormEvent, useState } from "react";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./workspaces.module.css";

interface EmptyWorkspaceFormProps {
  readonly onClose: () => void;
  readonly onMade: (workspace: Workspace) => void;
}

export function EmptyWorkspaceForm({ onClose, onMade }: EmptyWorkspaceFormProps) {
  const session = useSession();
  const live = useIsLive();
  const { reload } = useCatalog();
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { workspace } = await session.request("skein/workspace/create", { name: name.trim() });
      await reload();
      onMade(workspace);
    } catch (reason) {
      setError(messageOf(reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={create}>
      <Field
        label="Name"
        hint="An empty directory of this name is made on the server."
        mono
        autoFocus
        spellCheck={false}
        value={name}
        error={error}
        onChange={(event) => {
          setName(event.target.value);
          setError(null);
        }}
      />
      <div className={styles.formEnd}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!live || busy || name.trim() === ""}>
          {busy ? "Creating…" : "Create workspace"}
        </Button>
      </div>
    </form>
  );
}
