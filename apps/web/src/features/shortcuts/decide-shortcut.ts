export type ShortcutAction = "palette" | "newThread" | "sidebar" | "panel" | "keys";

/** The parts of a key press that a shortcut depends on. */
export interface KeyPress {
  readonly key: string;
  /** ⌘ on Apple devices, Ctrl elsewhere. */
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Focus is in a text field. */
  readonly typing: boolean;
}

/** What an app-wide key press means; null for nothing. Single keys mean nothing while a person types. */
export function decideShortcut({ key, mod, shift, alt, typing }: KeyPress): ShortcutAction | null {
  if (alt) return null;
  if (!mod) return key === "?" && !typing ? "keys" : null;
  switch (key.toLowerCase()) {
    case "k":
      return shift ? null : "palette";
    case "n":
      // Browsers keep ⌘N for a new window; with Shift, or in an installed app, it arrives here.
      return "newThread";
    case "b":
      return shift ? null : "sidebar";
    case "j":
      return shift ? null : "panel";
    default:
      return null;
  }
}
