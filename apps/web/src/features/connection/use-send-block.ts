import { useSession, useStore } from "../../session/session-context.ts";
import { presentSendBlock, presentWait } from "./present-connection.ts";

/** Why nothing can be sent now; null when it can. */
export function useSendBlock(): string | null {
  const { state, database } = useSession();
  return presentSendBlock(useStore(state), useStore(database));
}

/** What messages that were given wait for; null when they are on their way. */
export function useWait(): string | null {
  const { state, database } = useSession();
  return presentWait(useStore(state), useStore(database));
}
