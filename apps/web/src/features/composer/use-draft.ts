import { useState } from "react";
import { readStored, writeStored } from "../../lib/stored-state.ts";

export interface Draft {
  readonly text: string;
  change(text: string): void;
  clear(): void;
}

const storageKey = (key: string) => `skein.draft.${key}`;

/** What is typed but not sent, kept per thread in the browser: it survives reloads, sign-outs and lost connections. */
export function useDraft(key: string): Draft {
  const [state, setState] = useState(() => ({ key, text: readDraft(key) }));
  const current = state.key === key ? state : { key, text: readDraft(key) };
  if (current !== state) setState(current);
  const change = (text: string) => {
    setState({ key, text });
    writeDraft(key, text);
  };
  return { text: current.text, change, clear: () => change("") };
}

function readDraft(key: string): string {
  return readStored(storageKey(key), "");
}

function writeDraft(key: string, text: string): void {
  if (text === "") localStorage.removeItem(storageKey(key));
  else writeStored(storageKey(key), text);
}
