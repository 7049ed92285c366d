import { QueueStore } from "@skein/client/queue/queue-store";
import { frameScheduler } from "@skein/client/scheduler";
import { useCallback, useEffect, useMemo, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import type { ThreadStore } from "../../session/session.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Draft } from "../composer/use-draft.ts";
import { useWait } from "../connection/use-send-block.ts";
import type { Post } from "../unsent/use-post.ts";
import { deriveUnsentQueued, type UnsentQueued } from "./derive-unsent-queued.ts";
import type { QueueActions } from "./queue-actions.ts";

/** The messages that wait in the thread, those on their way there, and what can be done with them; what goes wrong is said. */
export function useQueue(threadId: string, thread: ThreadStore, draft: Draft, post: Post) {
  const session = useSession();
  const { outbox } = session;
  const announce = useAnnounce();
  const [problem, setProblem] = useState<string | null>(null);
  const store = useMemo(
    () => new QueueStore({ threadId, rpc: session, thread, schedule: frameScheduler }),
    [threadId, session, thread],
  );
  useEffect(() => store.watch(), [store]);
  const messages = useStore(store) ?? [];
  const unsent = deriveUnsentQueued(useStore(outbox), threadId, messages, useWait());

  const actions = useMemo((): QueueActions => {
    const attempt = async (what: string, work: Promise<void>, said?: string): Promise<boolean> => {
      setProblem(null);
      try {
        await work;
        if (said !== undefined) announce(said);
        return true;
      } catch (error) {
        setProblem(`${what}: ${messageOf(error)}`);
        return false;
      }
    };
    return {
      save: (id, text) => attempt("The message was not changed", store.changeText(id, text)),
      remove: (id) => attempt("The message was not removed", store.remove(id), "Removed from the queue"),
      move: (id, places) => attempt("The message was not moved", store.move(id, places)),
      sendNow: (id) => attempt("The message was not sent", store.sendNow(id)),
    };
  }, [store, announce]);

  const add = useCallback(
    async (text: string) => {
      const key = crypto.randomUUID();
      const input = [{ type: "text" as const, text, text_elements: [] }];
      if (!(await post("thread/queue/add", { threadId, clientUserMessageId: key, input }, text))) return;
      // From here on the queue shows it, and no longer what was posted.
      const posted = outbox.getSnapshot().find((entry) => entry.lane === threadId && entry.key === key);
      if (posted !== undefined) outbox.discard(posted.id);
      announce("Queued");
    },
    [threadId, outbox, post, announce],
  );
  const withdraw = ({ id, text }: UnsentQueued, then: "edit" | "delete") => {
    if (then === "edit") draft.giveBack(text);
    outbox.discard(id);
  };
  return {
    messages,
    unsent,
    actions,
    problem,
    add: (text: string) => void add(text),
    retry: (id: number) => outbox.retry(id),
    withdraw,
  };
}
