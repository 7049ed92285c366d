import { useEffect, useRef } from "react";

/** Clicks this soon after a card appeared were meant for what stood there before. */
const settleMs = 400;

/** Gives the answer, but not before the card has been on the screen for `settleMs`. */
export function useOnceSettled<T>(approvalId: string, disabled: boolean, give: (answer: T) => void) {
  const shownAtMs = useRef(Number.POSITIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew for each approval, from when it is painted
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      shownAtMs.current = performance.now();
    });
    return () => cancelAnimationFrame(frame);
  }, [approvalId]);
  return (answer: T) => {
    if (!disabled && performance.now() - shownAtMs.current >= settleMs) give(answer);
  };
}

/** ⌘⏎ acts from anywhere on the page. */
export function useModEnter(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey) || event.repeat) return;
      if (document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current();
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}
