import type { Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef } from "react";
import { useAnnounce } from "../../ui/announcer.tsx";

/** Says when a turn starts and how it ends. Streamed text is never announced. */
export function useAnnounceTurns({ turns, activeTurnId }: Timeline): void {
  const announce = useAnnounce();
  const before = useRef(activeTurnId);
  useEffect(() => {
    const ended = turns.find(({ id }) => id === before.current);
    const changed = before.current !== activeTurnId;
    before.current = activeTurnId;
    if (!changed) return;
    if (activeTurnId !== null) announce("Turn started");
    else if (ended?.status === "failed") announce(`Turn failed. ${ended.error?.message ?? ""}`);
    else if (ended !== undefined) announce(ended.status === "interrupted" ? "Turn stopped" : "Turn finished");
  }, [turns, activeTurnId, announce]);
}
