/** What is left of a limit, in words. */
import type { UsageStanding, UsageWindow } from "@skein/protocol/methods/usage";
import type { RateLimitSnapshot } from "@skein/protocol/rate-limits";

/** "812", "12.4K", "1.2M". */
export function formatTokens(tokens: number): string {
  return tokens.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}

/** "5 hours", "7 days", "90 minutes". */
export function formatWindow(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** "at 6:05 PM" today, "on Nov 24, 6:05 PM" else. */
export function formatReset(atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = (ms: number) => new Date(ms).toLocaleDateString("en", zone);
  const time = new Date(atMs).toLocaleTimeString("en", { timeStyle: "short", ...zone });
  if (day(atMs) === day(nowMs)) return `at ${time}`;
  return `on ${new Date(atMs).toLocaleDateString("en", { month: "short", day: "numeric", ...zone })}, ${time}`;
}

export interface PresentedWindow {
  /** 0 to 100. */
  readonly percent: number;
  readonly words: string;
}

/** null: without a limit there is nothing to fill. */
export function presentWindow(window: UsageWindow, nowMs: number, timeZone?: string): PresentedWindow | null {
  const { allowed, used, minutes, resetsAt } = window;
  if (allowed === null) return null;
  const percent = used >= allowed ? 100 : Math.floor((used / allowed) * 100);
  const reset = resetsAt === null ? "" : `, begins anew ${formatReset(resetsAt, nowMs, timeZone)}`;
  return { percent, words: `${formatTokens(used)} of ${formatTokens(allowed)} in ${formatWindow(minutes)}${reset}` };
}

/** The limits that hold for a person, in the order in which they count. */
export function limitsOf({ member, allowance, pool }: UsageStanding) {
  const sources = [
    { title: "Your limit", source: member },
    { title: "Your allowance", source: allowance },
    { title: "Shared by the team", source: pool },
  ];
  return sources.flatMap(({ title, source }) =>
    [source.primary, source.secondary].flatMap((window) => (window.allowed === null ? [] : [{ title, window }])),
  );
}

/** Little is left from here on, in percent. */
export const littleFrom = 85;

/** What everybody should know wherever they are; null while there is enough. */
export function presentLittleLeft(
  { primary, secondary, credits, rateLimitReachedType }: RateLimitSnapshot,
  nowMs: number,
  timeZone?: string,
): { readonly spent: boolean; readonly text: string } | null {
  const windows = [primary, secondary].flatMap((window) => (window == null ? [] : [window]));
  const nearest = windows.toSorted((left, right) => right.usedPercent - left.usedPercent)[0];
  const reset =
    nearest?.resetsAt == null ? "" : ` It comes back ${formatReset(nearest.resetsAt * 1000, nowMs, timeZone)}.`;
  if (rateLimitReachedType != null) return { spent: true, text: `The usage limit is reached.${reset}` };
  if (nearest === undefined || nearest.usedPercent < littleFrom) return null;
  if (nearest.usedPercent >= 100 && credits?.hasCredits) return null;
  return { spent: false, text: `${100 - nearest.usedPercent} % of the usage limit is left.${reset}` };
}
