import { useCallback, useEffect, useRef, useState } from "react";
import { messageOf } from "../../session/catalog.tsx";
import type { ThreadStore } from "../../session/session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";

/** Two presses within this time are one intention. */
const doublePressMs = 1500;

/** Stopping the running turn: by its button, or by Esc twice, so that one stray Esc costs no work. */
export function useStop(store: ThreadStore, turnId: string | null) {
  const running = turnId !== null;
  const [stopping, setStopping] = useState(false);
  const [armed, setArmed] = useState(false);
  const announce = useAnnounce();
  const stop = useCallback(() => {
    if (turnId === null) return;
    setStopping(true);
    store.interrupt(turnId).catch((error: unknown) => {
      setStopping(false);
      announce(`The turn could not be stopped: ${messageOf(error)}`, "assertive");
    });
  }, [store, turnId, announce]);
  useEffect(() => {
    if (!running) setStopping(false);
    setArmed(false);
  }, [running]);

  const armedRef = useRef(armed);
  armedRef.current = armed;
  useEffect(() => {
    if (!running) return;
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
  }, [running, stop]);
  return { stopping, armed, stop };
}
