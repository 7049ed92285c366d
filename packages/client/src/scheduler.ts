/** Decides when listeners hear of changes: many changes, one call. */
export type Scheduler = (flush: () => void) => void;

/**
 * Once per frame of the screen. A hidden page paints no frames, and Node has none: there it is a timer, of the same
 * length as a frame.
 */
export const frameScheduler: Scheduler = (flush) => {
  const { document, requestAnimationFrame } = globalThis as {
    document?: { readonly hidden: boolean };
    requestAnimationFrame?: (callback: () => void) => number;
  };
  if (document?.hidden === false && requestAnimationFrame !== undefined) requestAnimationFrame(flush);
  else setTimeout(flush, 16);
};
