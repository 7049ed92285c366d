import { useEffect, useRef } from "react";
import { useCatalog } from "../../session/catalog.tsx";
import { useSession } from "../../session/session-context.ts";

const pauseMs = 3000;

/**
 * Asks the server whether runners are there, as nothing else tells of it: when the page comes up, because what was heard
 * before may be old, and again and again while one is missed, so that its return shows.
 */
export function useRunnerWatch(isMissed: boolean): void {
  const { workspaces, reload } = useCatalog();
  const { state } = useSession();
  const wasHeard = useRef(workspaces !== null);
  useEffect(() => {
    if (wasHeard.current && state.getSnapshot().type === "live") void reload();
  }, [state, reload]);
  useEffect(() => {
    if (!isMissed) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const wait = () => {
      if (!isOver) timer = setTimeout(() => void reload().then(wait), pauseMs);
    };
    wait();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isMissed, reload]);
}
