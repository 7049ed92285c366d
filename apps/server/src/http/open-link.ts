/** What it costs to come by a link: so that nobody tries secrets by the thousand, nor lets one link take all there is. */
import type { Rates } from "../rate/rates.ts";

export type OpenedLink<T> =
  | { readonly type: "found"; readonly link: T }
  | { readonly type: "nowhere" }
  | { readonly type: "tooOften"; readonly waitMs: number };

/** `resolve` gives null where the secret leads nowhere. Nothing is asked for an address that comes too often. */
export async function openLink<T extends { readonly linkId: string }>(
  rates: Pick<Rates, "linkTried" | "linkMissed" | "linkFound">,
  ip: string,
  resolve: () => Promise<T | null>,
): Promise<OpenedLink<T>> {
  const tried = rates.linkTried(ip);
  if (tried > 0) return { type: "tooOften", waitMs: tried };
  const link = await resolve();
  if (link === null) {
    rates.linkMissed(ip);
    return { type: "nowhere" };
  }
  const waitMs = rates.linkFound(link.linkId);
  return waitMs > 0 ? { type: "tooOften", waitMs } : { type: "found", link };
}
