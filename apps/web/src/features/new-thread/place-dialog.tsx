import { type FormEvent, useState } from "react";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { checkDirectory, type Place } from "./choose-place.ts";
import styles from "./new-thread-page.module.css";

interface PlaceDialogProps {
  readonly mode: "create" | "open" | null;
  readonly onClose: () => void;
  readonly onChoose: (place: Place) => void;
}

/** Makes a workspace by name, or takes a directory that exists on the server. */
export function PlaceDialog({ mode, onClose, onChoose }: PlaceDialogProps) {
  return (
    <Dialog open={mode !== null} onClose={onClose} title={mode === "open" ? "Open a directory" : "New workspace"}>
      {mode === "open" ? (
        <OpenDirectory onClose={onClose} onChoose={onChoose} />
      ) : (
        <CreateWorkspace onClose={onClose} onChoose={onChoose} />
      )}
    </Dialog>
  );
}

type FormProps = Omit<PlaceDialogProps, "mode">;

function CreateWorkspace({ onClose, onChoose }: FormProps) {
  const session = useSession();
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
      onChoose({ type: "workspace", workspace });
      onClose();
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
        <Button type="submit" look="primary" disabled={busy || name.trim() === ""}>
          {busy ? "Creating…" : "Create workspace"}
        </Button>
      </div>
    </form>
  );
}

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
