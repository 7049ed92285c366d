/**
 * Keeps a following reader at the end where the virtual list alone would not: when the thread opens, when an approval card
 * docks or the window shrinks, when rows fold or grow late, and when the reader sends a message, wherever they stand.
 *
 * Only the reader's own hand ends the following. Scroll events alone cannot tell: the list corrects its offset too, and
 * between a row's growth and the correction the end is out of sight for a moment.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { Row } from "./row.ts";

/** A reader within this distance of the end follows it. */
export const endThresholdPx = 80;

/** A scroll this soon after a hand was at the list is that hand's; momentum keeps touch pads going about so long. */
const handMs = 1000;
const handEvents = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

export function useFollowEnd(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  scrollToEnd: () => void,
): void {
  const toEnd = useRef(scrollToEnd);
  toEnd.current = scrollToEnd;
  const following = useRef(true);

  useLayoutEffect(() => toEnd.current(), []);

  useEffect(() => {
    const list = scroller.current;
    const content = list?.firstElementChild;
    if (list === null || !content) return;
    let handAtMs = Number.NEGATIVE_INFINITY;
    const onHand = () => {
      handAtMs = performance.now();
    };
    const onScroll = () => {
      if (list.scrollHeight - list.scrollTop - list.clientHeight <= endThresholdPx) following.current = true;
      else if (performance.now() - handAtMs < handMs) following.current = false;
    };
    const sized = new ResizeObserver(() => {
      if (following.current) toEnd.current();
    });
    for (const name of handEvents) list.addEventListener(name, onHand, { passive: true });
    list.addEventListener("scroll", onScroll, { passive: true });
    sized.observe(list);
    sized.observe(content);
    return () => {
      for (const name of handEvents) list.removeEventListener(name, onHand);
      list.removeEventListener("scroll", onScroll);
      sized.disconnect();
    };
  }, [scroller]);

  const last = rows.at(-1);
  const sentKey = last?.kind === "unsent" ? last.key : null;
  useEffect(() => {
    if (sentKey === null) return;
    following.current = true;
    toEnd.current();
  }, [sentKey]);
}
