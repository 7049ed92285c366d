/** When a node looks for abandoned threads again. */

/** Two nodes must not take turns in looking too early. */
const minPauseMs = 20;

/**
 * `untilMs`: until the first lease of another node's ends, as it is after a look; null: there is none. What is over and was not taken somebody
 * holds, as a fork does for as long as it copies: the pause doubles with each look that finds it so, up to the usual one.
 */
export function decideNextLook(
  untilMs: number | null,
  usualPauseMs: number,
  looksInVain: number,
): { readonly pauseMs: number; readonly looksInVain: number } {
  if (untilMs === null) return { pauseMs: usualPauseMs, looksInVain: 0 };
  if (untilMs > 0) return { pauseMs: Math.min(Math.max(untilMs, minPauseMs), usualPauseMs), looksInVain: 0 };
  return { pauseMs: Math.min(minPauseMs * 2 ** looksInVain, usualPauseMs), looksInVain: looksInVain + 1 };
}
