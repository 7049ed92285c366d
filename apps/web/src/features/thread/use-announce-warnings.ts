import type { Timeline } from "@skein/timeline/reduce/timeline";
import { useEffect, useRef } from "react";
import { useAnnounce } from "../../ui/announcer.tsx";

/** Says what is warned of while one looks on; what was said before stands in the timeline. */
export function useAnnounceWarnings({ turns, warnings }: Timeline): void {
  const announce = useAnnounce();
  const newest = warnings.at(-1) ?? turns.at(-1)?.warnings.at(-1);
  const [message, atMs] = [newest?.message ?? "", newest?.reportedAtMs ?? 0];
  const saidUntilMs = useRef(atMs);
  useEffect(() => {
    if (atMs <= saidUntilMs.current) return;
    saidUntilMs.current = atMs;
    announce(message);
  }, [message, atMs, announce]);
}
