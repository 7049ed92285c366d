import { type FormEvent, useEffect, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./thread-page.module.css";

interface RenameDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly threadId: string;
  readonly onClose: () => void;
}

export function RenameDialog({ open, title, threadId, onClose }: RenameDialogProps) {
  const session = useSession();
  const [name, setName] = useState(title);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (open) setName(title);
  }, [open, title]);
  const save = (event: FormEvent) => {
    event.preventDefault();
    session
      .request("thread/name/set", { threadId, name: name.trim() })
      .then(onClose, (reason) => setError(messageOf(reason)));
  };
  return (
    <Dialog open={open} onClose={onClose} title="Rename thread">
      <form className={styles.form} onSubmit={save}>
        <Field label="Name" value={name} error={error} autoFocus onChange={(event) => setName(event.target.value)} />
        <div className={styles.formEnd}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={name.trim() === ""}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
