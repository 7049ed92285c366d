import { keyLabel } from "../lib/keys.ts";
import styles from "./kbd.module.css";

/** A shortcut as this device writes it. Devices without a keyboard do not show it. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it cannot have focus; the shortcut is spoken by the list of shortcuts
    <kbd className={styles.kbd} aria-hidden="true">
      {keyLabel(keys)}
    </kbd>
  );
}
