import { OutboxFull } from "@skein/client/outbox/outbox";
import type { ParamsInput } from "@skein/protocol/methods";
import { useCallback, useState } from "react";
import { useSession } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Draft } from "../composer/use-draft.ts";

type Message = "turn/start" | "thread/queue/add";

/** Resolves when the server has taken the message: true; false when it was refused, which the outbox shows. */
export type Post = <M extends Message>(method: M, params: ParamsInput<M>, text: string) => Promise<boolean>;

/** Gives messages to the outbox. One that it has no room for goes back to where it was written, and `refusal` says why. */
export function usePost({ giveBack }: Draft): { readonly post: Post; readonly refusal: string | null } {
  const { outbox } = useSession();
  const announce = useAnnounce();
  const [refusal, setRefusal] = useState<string | null>(null);
  const post = useCallback<Post>(
    async (method, params, text) => {
      setRefusal(null);
      try {
        await outbox.post(method, params);
        return true;
      } catch (error) {
        if (error instanceof OutboxFull) {
          giveBack(text);
          setRefusal("Too much waits to be sent.");
          announce("Not sent: too much waits to be sent.", "assertive");
        }
        return false;
      }
    },
    [outbox, giveBack, announce],
  );
  return { post, refusal };
}
