import { useEffect, useState } from "react";
import { useSession } from "../../session/session-context.ts";

/** How many turns wait before this one until it has a place to work; null: it has one, as far as is known. */
export function useTurnsAhead(turnId: string): number | null {
  const session = useSession();
  const [ahead, setAhead] = useState<number | null>(null);
  useEffect(
    () =>
      session.onNotification((notification) => {
        if (notification.method !== "skein/turn/waiting" || notification.params.turnId !== turnId) return;
        setAhead(notification.params.ahead);
      }),
    [session, turnId],
  );
  return ahead;
}
