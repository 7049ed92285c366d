import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { checkDirectory, type Place } from "./choose-place.ts";
import styles from "./new-thread-page.module.css";

interface DirectoryDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChoose: (place: Place) => void;
}

/** Takes a directory that exists on the server. */
export function DirectoryDialog({ open, onClose, onChoose }: DirectoryDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Open a directory">
      <OpenDirectory onClose={onClose} onChoose={onChoose} />
    </Dialog>
  );
}

type FormProps = Omit<DirectoryDialogProps, "open">;

function OpenDirectory({ onClose, onChoose }: FormProps) {
  const [path, setPath] = useState("");
  const [error, setError] = useState<string | null>(null);
  const open = (event: FormEvent) => {
    event.preventDefault();
    const wrong = checkDirectory(path.trim());
    setError(wrong);
    if (wrong !== null) return;
    onChoose({ type: "directory", path: path.trim() });
    onClose();
  };
  return (
    <form className={styles.form} onSubmit={open}>
      <Field
        label="Directory on the server"
        hint="It must lie in a directory that the server was allowed to open (SKEIN_WORKSPACE_ROOTS)."
        mono
        autoFocus
        spellCheck={false}
        placeholder="/home/ada/project"
        value={path}
        error={error}
        onChange={(event) => {
          setPath(event.target.value);
          setError(null);
        }}
      />
      <div className={styles.formEnd}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary">
          Use directory
        </Button>
      </div>
    </form>
  );
}
