import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Hides the title from sight; it is still read aloud. */
  readonly titleHidden?: boolean;
  readonly size?: "small" | "large" | "palette";
  readonly children: ReactNode;
}

/**
 * A modal on the browser's own dialog element: it traps focus, gives it back, closes on Escape and lies above everything.
 * Radix's dialog would insert a style element to lock scrolling, which the page's policy forbids.
 */
export function Dialog({ open, onClose, title, titleHidden = false, size = "small", children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // What is pressed inside may move away before it is let go, and the browser calls that a click on the scrim.
  const pressed = useRef<EventTarget | null>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null || open === element.open) return;
    if (!open) {
      element.close();
      return;
    }
    element.showModal();
    // The browser would choose the close button, the first control in the header.
    (element.querySelector<HTMLElement>("input, textarea") ?? element).focus();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is on the scrim
    <dialog
      ref={dialog}
      tabIndex={-1}
      className={classNames(styles.dialog, styles[size])}
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        if (event.target === dialog.current && pressed.current === dialog.current) onClose();
      }}
    >
      {open && (
        <div className={styles.body}>
          <header className={titleHidden ? "visually-hidden" : styles.header}>
            <h2 id={titleId}>{title}</h2>
            {!titleHidden && (
              <Button look="quiet" aria-label="Close" onClick={onClose}>
                <X size={16} />
              </Button>
            )}
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
