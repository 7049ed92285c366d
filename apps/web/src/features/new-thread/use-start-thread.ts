import { sessionText } from "@skein/client/outbox/session-storage";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { messageOf } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import { type PolicyName, presetOf } from "../policy/policy-preset.ts";

interface ThreadWish {
  readonly text: string;
  /** null: the default workspace. */
  readonly cwd: string | null;
  readonly model: string | null;
  readonly policy: PolicyName;
}

const attempt = sessionText("skein.newThread");

/** The same wish keeps its key until its thread is there, over a reload too, so that a retry makes no second thread. */
function clientThreadIdOf(wish: string): string {
  const [storedWish, storedId] = (attempt.read() ?? "").split("\n");
  if (storedWish === wish && storedId !== undefined) return storedId;
  const clientThreadId = crypto.randomUUID();
  attempt.write(`${wish}\n${clientThreadId}`);
  return clientThreadId;
}

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
    const { text, cwd, model, policy } = wish;
    const key = JSON.stringify(wish);
    const clientThreadId = clientThreadIdOf(key);
    const { approvalPolicy, sandbox } = presetOf(policy);
    setBusy(true);
    setError(null);
    try {
      const { thread } = await session.request("thread/start", { clientThreadId, cwd, model, approvalPolicy, sandbox });
      const input = [{ type: "text" as const, text, text_elements: [] }];
      void session.outbox.post("turn/start", { threadId: thread.id, input, clientUserMessageId: crypto.randomUUID() });
      attempt.write("");
      // Who has gone elsewhere meanwhile finds it in the list.
      if (isHere.current) navigate(`/t/${thread.id}`);
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
