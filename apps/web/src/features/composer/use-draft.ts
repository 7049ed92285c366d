import { useCallback, useMemo, useRef, useState } from "react";
import { readStored, writeStored } from "../../lib/stored-state.ts";

export interface Draft {
  readonly text: string;
  change(text: string): void;
  clear(): void;
  /** Puts a message back where it was written, before what has been typed since. */
  giveBack(text: string): void;
}

const storageKey = (key: string) => `skein.draft.${key}`;

/** What is typed but not sent, kept per thread in the browser: it survives reloads, sign-outs and lost connections. */
export function useDraft(key: string): Draft {
  const [state, setState] = useState(() => ({ key, text: readDraft(key) }));
  const current = state.key === key ? state : { key, text: readDraft(key) };
  if (current !== state) setState(current);
  const latest = useRef(current);
  if (latest.current.key !== key) latest.current = current;
  const change = useCallback(
    (text: string) => {
      latest.current = { key, text };
      setState({ key, text });
      writeDraft(key, text);
    },
    [key],
  );
  const clear = useCallback(() => change(""), [change]);
  const giveBack = useCallback(
    (text: string) => change([text, latest.current.text].filter((part) => part.trim() !== "").join("\n\n")),
    [change],
  );
  return useMemo(() => ({ text: current.text, change, clear, giveBack }), [current.text, change, clear, giveBack]);
}

function readDraft(key: string): string {
  return readStored(storageKey(key), "");
}

function writeDraft(key: string, text: string): void {
  writeStored(storageKey(key), text === "" ? undefined : text);
}
