import { useEffect } from "react";
import { useLasting } from "../../lib/use-lasting.ts";
import { useIsLive } from "../../session/session-context.ts";
import { useAnnounce } from "../../ui/announcer.tsx";

/** Shorter than this it is only a flicker. */
const graceMs = 400;

/** Whether to say that what is shown is behind, though the connection stands; without one the bar above says so. */
export function useCatchingUp(isBehind: boolean): boolean {
  const isLive = useIsLive();
  const shown = useLasting(isBehind && isLive, graceMs);
  const announce = useAnnounce();
  useEffect(() => {
    if (shown) announce("Catching up");
  }, [shown, announce]);
  return shown;
}
