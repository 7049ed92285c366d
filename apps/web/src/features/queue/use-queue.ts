import { QueueStore } from "@skein/client/queue/queue-store";
import { frameScheduler } from "@skein/client/scheduler";
import { useEffect, useMemo, useRef } from "react";
import { messageOf } from "../../session/catalog.tsx";
import type { ThreadStore } from "../../session/session.ts";
import { useSession, useStore } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import type { Draft } from "../composer/use-draft.ts";
import type { QueueActions } from "./queue-actions.ts";

/** The messages that wait in the thread, and what can be done with them; what went wrong is said. */
export function useQueue(threadId: string, thread: ThreadStore, draft: Draft) {
  const session = useSession();
  const announce = useAnnounce();
  const store = useMemo(
    () => new QueueStore({ threadId, rpc: session, thread, schedule: frameScheduler }),
    [threadId, session, thread],
  );
  useEffect(() => store.watch(), [store]);
  const messages = useStore(store) ?? [];
  // The same words keep their key, so that trying again queues nothing twice.
  const attempt = useRef({ text: "", key: "" });
  const latestDraft = useRef(draft);
  latestDraft.current = draft;

  const actions = useMemo(() => {
    const attemptTo = async (what: string, work: Promise<void>, said?: string): Promise<boolean> => {
      try {
        await work;
        if (said !== undefined) announce(said);
        return true;
      } catch (error) {
        announce(`${what}: ${messageOf(error)}`, "assertive");
        return false;
      }
    };
    const own: QueueActions = {
      save: (id, text) => attemptTo("The message was not changed", store.changeText(id, text)),
      remove: (id) => attemptTo("The message was not removed", store.remove(id), "Removed from the queue"),
      move: (id, places) => attemptTo("The message was not moved", store.move(id, places)),
      sendNow: (id) => attemptTo("The message was not sent", store.sendNow(id)),
    };
    return own;
  }, [store, announce]);

  const add = (text: string) => {
    if (attempt.current.text !== text) attempt.current = { text, key: crypto.randomUUID() };
    store.add(attempt.current.key, text).then(
      () => {
        attempt.current = { text: "", key: "" };
        announce("Queued");
      },
      (error: unknown) => {
        // Back to where it was written, before whatever was typed since.
        const { text: since, change } = latestDraft.current;
        change(since === "" ? text : `${text}\n${since}`);
        announce(`The message was not queued: ${messageOf(error)}`, "assertive");
      },
    );
  };
  return { messages, actions, add };
}
