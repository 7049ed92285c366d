import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import type { ThreadStore } from "../../session/session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";

/** Two presses within this time are one intention. */
const doublePressMs = 1500;

/** Stopping the running turn: by its button, or by Esc twice, so that one stray Esc costs no work. `onStop`: it is asked for. */
export function useStop(store: ThreadStore, turnId: string | null, isConnected: boolean, onStop: () => void) {
  const canStop = turnId !== null && isConnected;
  const [stopping, setStopping] = useState(false);
  const [armed, setArmed] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const announce = useAnnounce();
  const stop = useCallback(() => {
    if (turnId === null) return;
    setStopping(true);
    setProblem(null);
    onStop();
    store.interrupt(turnId).catch((error: unknown) => {
      setStopping(false);
      const words = `Not stopped: ${messageOf(error)}`;
      setProblem(words);
      announce(words, "assertive");
    });
  }, [store, turnId, onStop, announce]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn is stopped for itself
  useEffect(() => {
    setStopping(false);
    setProblem(null);
    setArmed(false);
  }, [turnId]);

  const armedRef = useRef(armed);
  armedRef.current = armed;
  useEffect(() => {
    if (!canStop) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open], [role=menu]") !== null) return;
      clearTimeout(timer);
      if (armedRef.current) {
        setArmed(false);
        stop();
        return;
      }
      setArmed(true);
      timer = setTimeout(() => setArmed(false), doublePressMs);
    };
    document.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", onKey);
    };
  }, [canStop, stop]);
  return { stopping, armed, problem, canStop, stop };
}
