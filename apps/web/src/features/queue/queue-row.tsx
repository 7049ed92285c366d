import { textOf } from "@skein/client/queue/queued-text";
import type { QueuedSubmission } from "@skein/protocol/methods/thread-queue";
import { ArrowDown, ArrowUp, Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Button, IconButton } from "../../ui/button.tsx";
import { QueueEditor } from "./queue-editor.tsx";
import styles from "./queue-list.module.css";

interface QueueRowProps {
  readonly message: QueuedSubmission;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly blocked: string | null;
  /** `part`: the button that was used, which keeps the focus. */
  readonly onMove: (places: number, part: string) => void;
  readonly onRemove: () => void;
  /** False: it was not changed. */
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onSendNow: () => void;
}

export function QueueRow({ message, isFirst, isLast, blocked, onMove, onRemove, onSave, onSendNow }: QueueRowProps) {
  const [editing, setEditing] = useState(false);
  const text = textOf(message.input);
  const others = message.input.filter(({ type }) => type !== "text").length;
  if (editing) {
    return (
      <li className={styles.row} data-id={message.id}>
        <QueueEditor text={text} blocked={blocked} onSave={onSave} onClose={() => setEditing(false)} />
      </li>
    );
  }
  const disabled = blocked !== null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || disabled || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const { part } = (event.target as HTMLElement).dataset;
    onMove(event.key === "ArrowUp" ? -1 : 1, part ?? "edit");
  };
  return (
    <li className={styles.row} data-id={message.id} onKeyDown={onKeyDown}>
      <p className={styles.text} title={text}>
        {text}
        {others > 0 && <span className={styles.others}> + {others} more</span>}
      </p>
      <div className={styles.actions}>
        <IconButton
          label="Move up"
          keys="Alt+↑"
          data-part="up"
          aria-disabled={isFirst || disabled}
          onClick={() => !isFirst && !disabled && onMove(-1, "up")}
        >
          <ArrowUp size={14} />
        </IconButton>
        <IconButton
          label="Move down"
          keys="Alt+↓"
          data-part="down"
          aria-disabled={isLast || disabled}
          onClick={() => !isLast && !disabled && onMove(1, "down")}
        >
          <ArrowDown size={14} />
        </IconButton>
        <IconButton label="Edit" data-part="edit" disabled={disabled} onClick={() => setEditing(true)}>
          <Pencil size={14} />
        </IconButton>
        <IconButton label="Remove" data-part="remove" disabled={disabled} onClick={onRemove}>
          <Trash2 size={14} />
        </IconButton>
        <Button look="quiet" data-part="send" disabled={disabled} onClick={onSendNow}>
          Send now
        </Button>
      </div>
    </li>
  );
}
