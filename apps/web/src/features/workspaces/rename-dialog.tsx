import type { Workspace } from "@skein/protocol/methods/workspace";
import { type FormEvent, useState } from "react";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { titleOf } from "../../session/title-of.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./workspaces.module.css";

interface RenameDialogProps {
  readonly workspace: Workspace;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** People see another name; the path stays. */
export function RenameDialog({ workspace, open, onClose }: RenameDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={`Rename ${titleOf(workspace)}`}>
      <RenameForm workspace={workspace} onClose={onClose} />
    </Dialog>
  );
}

function RenameForm({ workspace, onClose }: Omit<RenameDialogProps, "open">) {
  const session = useSession();
  const live = useIsLive();
  const { reload } = useCatalog();
  const [title, setTitle] = useState(titleOf(workspace));
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await session.request("skein/workspace/rename", { workspaceId: workspace.id, title });
      await reload();
      onClose();
    } catch (reason) {
      setError(messageOf(reason));
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={rename}>
      <Field
        label="Name"
        hint={`Its path stays ${workspace.root}. Empty, it is called ${workspace.name} again.`}
        autoComplete="off"
        placeholder={workspace.name}
        value={title}
        disabled={busy}
        error={error}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setTitle(event.target.value);
          setError(null);
        }}
      />
      <div className={styles.formEnd}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={!live || busy}>
          {busy ? "Renaming…" : "Rename"}
        </Button>
      </div>
    </form>
  );
}
