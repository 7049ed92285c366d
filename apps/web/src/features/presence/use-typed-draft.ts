import { useMemo } from "react";
import type { ThreadStore } from "../../session/session.ts";
import type { Draft } from "../composer/use-draft.ts";

/** The draft, of which the others in the thread hear that it is being written. `isHeard`: there are others. */
export function useTypedDraft(draft: Draft, store: ThreadStore, isHeard: boolean): Draft {
  return useMemo(() => {
    if (!isHeard) return draft;
    return {
      ...draft,
      change: (text) => {
        draft.change(text);
        store.type(text.trim() !== "");
      },
      clear: () => {
        draft.clear();
        store.type(false);
      },
    };
  }, [draft, store, isHeard]);
}
