import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { useAutogrow } from "../composer/use-autogrow.ts";
import styles from "./queue-list.module.css";

interface QueueEditorProps {
  readonly text: string;
  /** Why it cannot be saved now; null when it can. */
  readonly blocked: string | null;
  /** False: it was not changed, and stays open. */
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** In place of a queued message's words. ⏎ saves and Esc leaves it, as nothing else on the page does then. */
export function QueueEditor({ text: before, blocked, onSave, onClose }: QueueEditorProps) {
  const [text, setText] = useState(before);
  const [saving, setSaving] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useAutogrow(area, text);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(before.length, before.length);
  }, [before]);

  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    const said = text.trim();
    if (said === "" || blocked !== null) return;
    setSaving(true);
    if (said === before || (await onSave(said))) onClose();
    else setSaving(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      onClose();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  };
  return (
    <form className={styles.editor} onSubmit={save}>
      <textarea
        ref={area}
        className={styles.area}
        rows={1}
        aria-label="Queued message"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.actions}>
        {blocked !== null && <span className={styles.note}>{blocked}</span>}
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={text.trim() === "" || saving || blocked !== null}>
          {saving ? "Saving…" : "Save"}
        </Button>
      </div>
    </form>
  );
}
