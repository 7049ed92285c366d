/** Work that would hold up everybody, piece by piece. */
import { setImmediate as nextPhase } from "node:timers/promises";

/** So long nobody else is served; a piece that has begun is done to its end. */
const sliceMs = 10;

/** `work` of each, in order; between two of them whatever else waits is served, once a slice's time is over. */
export async function inSlices<From, To>(all: readonly From[], work: (one: From) => To): Promise<To[]> {
  const done: To[] = [];
  let sinceMs = performance.now();
  for (const one of all) {
    if (performance.now() - sinceMs >= sliceMs) {
      await nextPhase();
      sinceMs = performance.now();
    }
    done.push(work(one));
  }
  return done;
}
