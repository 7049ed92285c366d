import { useEffect, useState } from "react";
import type { ThreadStore } from "./session.ts";
import { useSession } from "./session-context.ts";

/** Keeps a thread open for as long as the caller shows it; null until it is. */
export function useThread(threadId: string): ThreadStore | null {
  const session = useSession();
  const [store, setStore] = useState<ThreadStore | null>(null);
  useEffect(() => {
    setStore(session.openThread(threadId));
    return () => session.closeThread(threadId);
  }, [session, threadId]);
  return store;
}
