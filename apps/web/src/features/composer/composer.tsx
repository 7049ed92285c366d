import { ArrowUp, ListPlus, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { keyLabel } from "../../lib/keys.ts";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { Kbd } from "../../ui/kbd.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import styles from "./composer.module.css";
import { useAutogrow } from "./use-autogrow.ts";
import type { Draft } from "./use-draft.ts";

interface ComposerProps {
  readonly draft: Draft;
  readonly label: string;
  readonly placeholder: string;
  /** A turn runs: Stop stands beside Send, and sending steers. */
  readonly running: boolean;
  readonly canStop?: boolean;
  readonly stopping: boolean;
  /** Esc was pressed once. */
  readonly stopArmed: boolean;
  /** Why nothing can be sent now; null when it can, empty where the screen says it already. */
  readonly blocked: string | null;
  /** Why the last message came back, or the turn was not stopped; null when nothing of the kind happened. */
  readonly refusal?: string | null;
  /** An approval card stands on top. */
  readonly docked: boolean;
  /** Takes focus when it appears, where there is a keyboard to type with. */
  readonly focused?: boolean;
  readonly onSend: (text: string) => void;
  /** Keeps the message until the running turn has ended; null where nothing can be queued. */
  readonly onQueue?: ((text: string) => void) | null;
  readonly onStop: () => void;
  /** Pickers and meters on the left of the bar. */
  readonly bar: ReactNode;
}

/** Where a person writes. ⏎ sends, ⇧⏎ breaks the line; what was typed is kept as a draft per thread. */
export function Composer(props: ComposerProps) {
  const {
    draft,
    label,
    placeholder,
    running,
    canStop = running,
    stopping,
    stopArmed,
    blocked,
    refusal = null,
    docked,
    focused = false,
    onSend,
    onQueue = null,
    onStop,
    bar,
  } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  useAutogrow(area, draft.text);
  useEffect(() => {
    if (focused && matchMedia("(hover: hover)").matches) area.current?.focus();
  }, [focused]);

  const hindrance = blocked !== null && draft.text.trim() !== "" ? blocked : refusal;
  const give = (take: (text: string) => void) => {
    const text = draft.text.trim();
    if (text === "" || blocked !== null) return;
    draft.clear();
    take(text);
  };
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    give(onSend);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    // An approval card that waits has the same keys for itself.
    if (docked && (event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    give(onQueue !== null && (event.ctrlKey || event.metaKey) ? onQueue : onSend);
  };
  return (
    <form className={classNames(styles.composer, docked && styles.docked)} onSubmit={send}>
      <textarea
        ref={area}
        id="composer"
        className={styles.area}
        rows={1}
        aria-label={label}
        placeholder={placeholder}
        value={draft.text}
        onChange={(event) => draft.change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.bar}>
        <div className={styles.start}>{bar}</div>
        {hindrance !== null && hindrance !== "" && <span className={styles.blocked}>{hindrance}</span>}
        {running && (
          <Button onClick={onStop} disabled={stopping || !canStop} className={styles.stop}>
            <Square size={12} fill="currentColor" aria-hidden="true" />
            {stopping ? "Stopping…" : stopArmed ? "Esc again to stop" : "Stop"}
            {!stopping && !stopArmed && <Kbd keys="Esc" />}
          </Button>
        )}
        {onQueue !== null && (
          <Tooltip text="Send when this turn has ended" keys={docked ? undefined : keyLabel("mod+enter")}>
            <Button
              className={styles.queue}
              aria-label="Queue"
              disabled={draft.text.trim() === "" || blocked !== null}
              onClick={() => give(onQueue)}
            >
              <ListPlus size={16} aria-hidden="true" />
              <span className={styles.queueWord}>Queue</span>
            </Button>
          </Tooltip>
        )}
        <Button
          type="submit"
          look="primary"
          className={styles.send}
          aria-label={running ? "Send to the running turn" : "Send"}
          disabled={draft.text.trim() === "" || blocked !== null}
        >
          <ArrowUp size={16} />
        </Button>
      </div>
    </form>
  );
}
