/**
 * When the viewer heard something again, in ms after the signal: the end of the longest silence among the events that came
 * after it. What was still on its way when the owner ended does not count as the next event.
 */
export function endOfLongestSilence(signalledAtMs: number, heardAtMs: readonly number[]): number {
  let [last, longest, end] = [signalledAtMs, 0, Number.POSITIVE_INFINITY];
  for (const heard of heardAtMs.filter((at) => at >= signalledAtMs)) {
    if (heard - last > longest) [longest, end] = [heard - last, heard];
    last = heard;
  }
  return end - signalledAtMs;
}
