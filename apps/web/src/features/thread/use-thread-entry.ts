import type { Thread } from "@skein/protocol/thread";
import { useSession, useStore } from "../../session/session-context.ts";

/** The thread as the list knows it; null when the list has not loaded it. */
export function useThreadEntry(threadId: string): Thread | null {
  return useStore(useSession().threads).threads.find(({ id }) => id === threadId) ?? null;
}
