import { runnerMarker } from "./background.ts";

/** Told to a runner whose sandbox has a pid namespace of its own. */
export const aloneFlag = "--alone";

/** Which processes are the runner's to end: those that carry the marker, or, where it is null, all that it sees. */
interface RunnerScope {
  readonly marker: string | null;
}

/** null: whoever started the runner has not said, so it must not run: outside a sandbox it would end everybody's processes. */
export function deriveScope(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): RunnerScope | null {
  const marker = environment[runnerMarker] ?? null;
  return marker !== null || argv.includes(aloneFlag) ? { marker } : null;
}
