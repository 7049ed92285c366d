import { sessionText } from "@skein/client/outbox/session-storage";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { messageOf } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import { startThread, type ThreadWish } from "./start-thread.ts";

/** Over a reload too. */
const attempt = sessionText("skein.newThread");

/** Starts a thread and its first turn, and goes there. */
export function useStartThread() {
  const session = useSession();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  const run = async (wish: ThreadWish): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      const threadId = await startThread(session, attempt, wish);
      // Who has gone elsewhere meanwhile finds it in the list.
      if (isHere.current) navigate(`/t/${threadId}`);
      return true;
    } catch (reason) {
      setError(messageOf(reason));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
