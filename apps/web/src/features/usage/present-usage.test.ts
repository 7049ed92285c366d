import { expect, test } from "vitest";
import {
  formatReset,
  formatTokens,
  formatWindow,
  limitsOf,
  presentLittleLeft,
  presentWindow,
} from "./present-usage.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const later = Date.parse("2026-11-21T18:05:00Z");
const window = { minutes: 300, allowed: 500_000, used: 62_500, reserved: 0, resetsAt: later };
const open = { ...window, allowed: null };

test.each([
  [812, "812"],
  [12_440, "12.4K"],
  [1_200_000, "1.2M"],
])("%d tokens", (tokens, words) => expect(formatTokens(tokens)).toBe(words));

test.each([
  [300, "5 hours"],
  [10_080, "7 days"],
  [1440, "1 day"],
  [90, "90 minutes"],
])("a window of %d minutes", (minutes, words) => expect(formatWindow(minutes)).toBe(words));

test("a day is named only when it is another", () => {
  expect(formatReset(later, now, "UTC")).toBe("at 6:05 PM");
  expect(formatReset(later + 3 * 86_400_000, now, "UTC")).toBe("on Nov 24, 6:05 PM");
});

test("a window says what is used, of what, and when it begins anew", () => {
  expect(presentWindow(window, now, "UTC")).toEqual({
    percent: 12,
    words: "62.5K of 500K in 5 hours, begins anew at 6:05 PM",
  });
  expect(presentWindow({ ...window, used: 499_999, resetsAt: null }, now)?.percent).toBe(99);
  expect(presentWindow({ ...window, used: 600_000 }, now)?.percent).toBe(100);
  expect(presentWindow(open, now)).toBeNull();
});

test("only limits that there are count", () => {
  const unlimited = { primary: open, secondary: open };
  const standing = { member: unlimited, allowance: unlimited, pool: { primary: window, secondary: open }, credits: 0 };
  expect(limitsOf(standing)).toEqual([{ title: "Shared by the team", window }]);
});

test.each([
  [{ primary: { usedPercent: 50 } }, null],
  [{}, null],
  [
    { primary: { usedPercent: 50 }, secondary: { usedPercent: 92, resetsAt: later / 1000 } },
    { spent: false, text: "8 % of the usage limit is left. It comes back at 6:05 PM." },
  ],
  [{ primary: { usedPercent: 100 }, credits: { hasCredits: true, unlimited: false } }, null],
  [
    { primary: { usedPercent: 100 }, rateLimitReachedType: "rate_limit_reached" as const },
    { spent: true, text: "The usage limit is reached." },
  ],
])("%j", (limits, words) => expect(presentLittleLeft(limits, now, "UTC")).toEqual(words));
