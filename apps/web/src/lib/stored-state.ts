import { useState } from "react";

/** State that survives a reload, per browser. A value that cannot be read back counts as absent; a full disk loses only the memory. */
export function useStoredState<T>(key: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readStored(key, fallback));
  const store = (next: T) => {
    setValue(next);
    writeStored(key, next);
  };
  return [value, store];
}

export function readStored<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

/** undefined: nothing is kept. */
export function writeStored(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the value lives until the page is closed.
  }
}
