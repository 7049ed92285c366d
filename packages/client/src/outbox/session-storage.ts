import type { OutboxStorage } from "./stored-commands.ts";

/** A text in the browser's storage of this tab: it outlives reloads and is no other tab's. */
export function sessionText(key: string): OutboxStorage {
  return {
    read: () => attempt(() => sessionStorage.getItem(key)),
    write: (text) => {
      attempt(() => sessionStorage.setItem(key, text));
    },
  };
}

/** Storage may be full, or forbidden altogether. */
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
