import { useEffect } from "react";
import { useCatalog } from "../../session/catalog.tsx";

const pauseMs = 3000;

/** While a runner is missed the server is asked again and again, so that its return shows: nothing else tells of it. */
export function useRunnerWatch(isMissed: boolean): void {
  const { reload } = useCatalog();
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
