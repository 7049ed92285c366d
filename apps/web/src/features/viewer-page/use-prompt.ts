import { useCallback, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";
import type { Draft } from "../composer/use-draft.ts";

/** By a link that allows it, who is signed in says something to the agent. What the server does not take comes back into the draft. */
export function usePrompt(threadId: string, { giveBack }: Draft) {
  const session = useSession();
  const [refusal, setRefusal] = useState<string | null>(null);
  const send = useCallback(
    async (text: string) => {
      const input = [{ type: "text" as const, text, text_elements: [] }];
      try {
        await session.request("turn/start", { threadId, input, clientUserMessageId: crypto.randomUUID() });
        setRefusal(null);
      } catch (error) {
        giveBack(text);
        setRefusal(messageOf(error));
      }
    },
    [session, threadId, giveBack],
  );
  return { send, refusal };
}
