/** A standing in upstream's words: two windows, each with a share that is used up and a time at which it begins anew. */
import type { RateLimitSnapshot } from "@skein/protocol/rate-limits";
import type { SourceStanding, Standing, WindowStanding } from "./standing.ts";

type Span = keyof SourceStanding;
type WireWindow = NonNullable<RateLimitSnapshot["primary"]>;

/** Of the limits that hold for a person the one that is nearest; null where there is none. */
export function presentLimits(standing: Standing): RateLimitSnapshot {
  const isLimited = windowsOf(standing).some(({ allowed }) => allowed !== null);
  return {
    limitId: "skein",
    limitName: null,
    normalModelSlug: null,
    primary: presentSpan(standing, "primary"),
    secondary: presentSpan(standing, "secondary"),
    credits: isLimited || standing.credits !== 0 ? presentCredits(standing) : null,
    individualLimit: presentOwn(standing.member),
    spendControlReached: null,
    planType: null,
    rateLimitReachedType: decideReached(standing),
  };
}

export function isSpent({ allowed, used }: WindowStanding): boolean {
  return allowed !== null && used >= allowed;
}

/** Whether the next call would be refused, and by whose limit. */
function decideReached({ member, allowance, pool, credits }: Standing): RateLimitSnapshot["rateLimitReachedType"] {
  if (isSourceSpent(member)) return "workspace_member_usage_limit_reached";
  const hasAllowance = allowance.primary.allowed !== null || allowance.secondary.allowed !== null;
  if ((hasAllowance && !isSourceSpent(allowance)) || !isSourceSpent(pool) || credits > 0) return null;
  return "rate_limit_reached";
}

function isSourceSpent({ primary, secondary }: SourceStanding): boolean {
  return isSpent(primary) || isSpent(secondary);
}

function windowsOf({ member, allowance, pool }: Standing): readonly WindowStanding[] {
  return [member, allowance, pool].flatMap(({ primary, secondary }) => [primary, secondary]);
}

/** What one may draw upon is a person's allowance and the pool together, but never more than the person's own limit. */
function presentSpan({ member, allowance, pool }: Standing, span: Span): WireWindow | null {
  const drawn = sumOf(allowance[span], pool[span]);
  const shares = [drawn, member[span]].flatMap((window) => (window?.allowed == null ? [] : [presentWindow(window)]));
  return shares.toSorted((left, right) => right.usedPercent - left.usedPercent)[0] ?? null;
}

/** null: without a limit of the pool nothing ends. */
function sumOf(allowance: WindowStanding, pool: WindowStanding): WindowStanding | null {
  if (pool.allowed === null) return null;
  if (allowance.allowed === null) return pool;
  return {
    ...pool,
    allowed: allowance.allowed + pool.allowed,
    used: Math.min(allowance.used, allowance.allowed) + Math.min(pool.used, pool.allowed),
    resetsAtMs: earliest(allowance.resetsAtMs, pool.resetsAtMs),
  };
}

function presentWindow({ minutes, allowed, used, resetsAtMs }: WindowStanding): WireWindow {
  return {
    usedPercent: percentOf(used, allowed ?? 0),
    windowDurationMins: minutes,
    resetsAt: resetsAtMs === null ? null : Math.ceil(resetsAtMs / 1000),
  };
}

/** Full only when it is full. */
function percentOf(used: number, allowed: number): number {
  if (used >= allowed) return 100;
  return Math.floor((used / allowed) * 100);
}

function presentCredits({ credits }: Standing): RateLimitSnapshot["credits"] {
  return { hasCredits: credits > 0, unlimited: false, balance: String(credits) };
}

/** The window of a person's own limit of which most is used. */
function presentOwn({ primary, secondary }: SourceStanding): RateLimitSnapshot["individualLimit"] {
  const limited = [primary, secondary].flatMap((window) =>
    window.allowed === null || window.resetsAtMs === null ? [] : [{ window, allowed: window.allowed }],
  );
  const [nearest] = limited.toSorted(
    (left, right) => percentOf(right.window.used, right.allowed) - percentOf(left.window.used, left.allowed),
  );
  if (nearest === undefined) return null;
  const { window, allowed } = nearest;
  return {
    limit: String(allowed),
    used: String(window.used),
    remainingPercent: 100 - percentOf(window.used, allowed),
    resetsAt: Math.ceil((window.resetsAtMs ?? 0) / 1000),
  };
}

function earliest(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}
