import { Fragment } from "react";
import { keyLabel } from "../../lib/keys.ts";
import { Dialog } from "../../ui/dialog.tsx";
import styles from "../palette/palette.module.css";
import { usePalette } from "../shell/palette-state.tsx";

const shortcuts: readonly (readonly [keys: string, what: string])[] = [
  ["mod+K", "Search threads and commands"],
  ["mod+N", "New thread (⇧ as well where the browser keeps it for itself)"],
  ["mod+B", "Show or hide threads"],
  ["mod+J", "Show or hide changes and plan"],
  ["mod+enter", "Approve once; while nothing asks, queue the message"],
  ["Esc Esc", "Stop the turn"],
  ["enter", "Send; while a turn runs, to that turn"],
  ["shift+enter", "New line"],
  ["J K", "Next and previous message, in the conversation"],
  ["?", "This list"],
];

export function ShortcutList() {
  const { keysOpen, close } = usePalette();
  return (
    <Dialog open={keysOpen} onClose={close} title="Keyboard shortcuts">
      <dl className={styles.keys}>
        {shortcuts.map(([keys, what]) => (
          <Fragment key={keys}>
            <dt>{what}</dt>
            <dd>
              <kbd>{keyLabel(keys)}</kbd>
            </dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
