import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { messageOf } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import { unsentMessages } from "../../session/unsent-messages.ts";
import { type PolicyName, presetOf } from "../policy/policy-preset.ts";

interface ThreadWish {
  readonly text: string;
  /** null: the default workspace. */
  readonly cwd: string | null;
  readonly model: string | null;
  readonly policy: PolicyName;
}

/** Starts a thread and its first turn, and goes there. The same wish keeps its key, so a retry makes no second thread. */
export function useStartThread() {
  const session = useSession();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = useRef({ wish: "", clientThreadId: "" });

  const run = async (wish: ThreadWish): Promise<boolean> => {
    const { text, cwd, model, policy } = wish;
    const key = JSON.stringify(wish);
    if (attempt.current.wish !== key) attempt.current = { wish: key, clientThreadId: crypto.randomUUID() };
    const { approvalPolicy, sandbox } = presetOf(policy);
    setBusy(true);
    setError(null);
    try {
      const { clientThreadId } = attempt.current;
      const { thread } = await session.request("thread/start", { clientThreadId, cwd, model, approvalPolicy, sandbox });
      const clientId = crypto.randomUUID();
      void unsentMessages.send(thread.id, { clientId, text }, async () => {
        const input = [{ type: "text" as const, text, text_elements: [] }];
        await session.request("turn/start", { threadId: thread.id, input, clientUserMessageId: clientId });
      });
      attempt.current = { wish: "", clientThreadId: "" };
      navigate(`/t/${thread.id}`);
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
