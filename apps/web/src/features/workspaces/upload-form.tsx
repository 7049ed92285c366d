import { FileArchive, Upload } from "lucide-react";
import { type DragEvent, type FormEvent, useState } from "react";
import { formatBytes } from "../../lib/format-bytes.ts";
import { messageOf, useCatalog } from "../../session/catalog.tsx";
import { uploadWorkspace } from "../../session/upload-workspace.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Field } from "../../ui/field.tsx";
import { nameOfFile, presentState } from "./present-workspace.ts";
import { ProgressLine } from "./progress-line.tsx";
import styles from "./workspaces.module.css";

interface UploadFormProps {
  readonly onClose: () => void;
  /** All of it has come; it is unpacked. */
  readonly onMade: () => void;
}

/** Takes an archive by drag and drop or from a list of files. Sending goes on when the dialog is closed. */
export function UploadForm({ onClose, onMade }: UploadFormProps) {
  const { workspaces, quota, reload } = useCatalog();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    setFile(chosen);
    setName((before) => (before.trim() === "" ? nameOfFile(chosen.name) : before));
    const isTooLong = quota !== null && chosen.size > quota.uploadMaxBytes;
    setError(isTooLong ? `An archive may have ${formatBytes(quota.uploadMaxBytes)}.` : null);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null) return;
    setBusy(true);
    setError(null);
    try {
      await uploadWorkspace(name.trim(), file);
      await reload();
      onMade();
    } catch (reason) {
      setError(messageOf(reason));
    } finally {
      setBusy(false);
    }
  };
  const underWay = workspaces?.find((one) => one.name === name.trim() && one.state?.type === "making");
  return (
    <form className={styles.form} onSubmit={send}>
      <DropZone file={file} disabled={busy} onChoose={choose} />
      <Field
        label="Name"
        mono
        spellCheck={false}
        value={name}
        disabled={busy}
        error={error}
        onChange={(event) => {
          setName(event.target.value);
          setError(null);
        }}
      />
      {busy && underWay !== undefined && <ProgressLine shown={presentState(underWay)} name={underWay.name} />}
      <div className={styles.formEnd}>
        <Button onClick={onClose}>{busy ? "Close" : "Cancel"}</Button>
        <Button type="submit" look="primary" disabled={busy || file === null || name.trim() === "" || error !== null}>
          {busy ? "Sending…" : "Upload"}
        </Button>
      </div>
    </form>
  );
}

interface DropZoneProps {
  readonly file: File | null;
  readonly disabled: boolean;
  readonly onChoose: (file: File | undefined) => void;
}

function DropZone({ file, disabled, onChoose }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(isOver);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!disabled) onChoose(event.dataTransfer.files[0]);
  };
  return (
    <label
      className={classNames(styles.drop, over && styles.over)}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={drop}
    >
      {file === null ? <Upload size={20} aria-hidden="true" /> : <FileArchive size={20} aria-hidden="true" />}
      <span>{file === null ? "Drop an archive here, or choose one" : `${file.name}, ${formatBytes(file.size)}`}</span>
      <span className={styles.note}>tar, tar.gz or zip</span>
      <input
        type="file"
        className="visually-hidden"
        aria-label="Archive"
        accept=".tar,.gz,.tgz,.zip"
        disabled={disabled}
        onChange={(event) => onChoose(event.target.files?.[0])}
      />
    </label>
  );
}
