import { useSession, useStore } from "../../session/session-context.ts";
import { presentSendBlock } from "./present-connection.ts";

/** Why nothing can be sent now; null when it can. */
export function useSendBlock(): string | null {
  const { state, database } = useSession();
  return presentSendBlock(useStore(state), useStore(database));
}
