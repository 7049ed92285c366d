/** Whether ⌘ is the modifier of this device's shortcuts; elsewhere it is Ctrl. */
export const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** A shortcut as the device writes it: `mod+shift+K` is "⇧⌘K" or "Ctrl+Shift+K". */
export function keyLabel(shortcut: string): string {
  const keys = shortcut.split("+");
  if (!isApple) return keys.map((key) => ({ mod: "Ctrl", shift: "Shift", enter: "Enter" })[key] ?? key).join("+");
  return keys.map((key) => ({ mod: "⌘", shift: "⇧", enter: "⏎" })[key] ?? key).join("");
}
