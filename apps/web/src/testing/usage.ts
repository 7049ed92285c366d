/** What the fixtures' team has used, and may use. */
import type { ResultOf } from "@skein/protocol/methods";
import type { UsageReport } from "@skein/protocol/methods/usage";
import { fixtureTimeMs } from "./items.ts";

const hourMs = 3_600_000;

function sums(totalTokens: number, calls: number) {
  const outputTokens = Math.round(totalTokens * 0.08);
  const inputTokens = totalTokens - outputTokens;
  return {
    calls,
    inputTokens,
    cachedInputTokens: Math.round(inputTokens * 0.7),
    outputTokens,
    reasoningOutputTokens: 0,
    totalTokens,
  };
}

const report: UsageReport = {
  days: [
    { date: "2026-11-18", ...sums(412_000, 38) },
    { date: "2026-11-19", ...sums(96_400, 9) },
    { date: "2026-11-20", ...sums(1_204_000, 104) },
  ],
  threads: [
    {
      threadId: "t1",
      name: "Make the retries of the importer wait longer each time, and say so in its log",
      ...sums(902_000, 80),
    },
    { threadId: "t2", name: "Upgrade the linter", ...sums(610_400, 52) },
    { threadId: "t3", name: null, ...sums(200_000, 19) },
  ],
  members: [
    { userId: "u", name: "Ada Lovelace", ...sums(1_204_000, 99) },
    { userId: "u2", name: "Grace Hopper", ...sums(508_400, 52) },
  ],
};

const open = { minutes: 300, allowed: null, used: 0, reserved: 0, resetsAt: null };

const own: ResultOf<"skein/usage/read"> = {
  standing: {
    member: { primary: open, secondary: open },
    allowance: {
      primary: { ...open, allowed: 200_000, used: 200_400, resetsAt: fixtureTimeMs + 2 * hourMs },
      secondary: open,
    },
    pool: {
      primary: { ...open, allowed: 1_000_000, used: 312_000, resetsAt: fixtureTimeMs + 2 * hourMs },
      secondary: {
        minutes: 10_080,
        allowed: 5_000_000,
        used: 4_610_000,
        reserved: 0,
        resetsAt: fixtureTimeMs + 60 * hourMs,
      },
    },
    credits: 250_000,
  },
  report,
};

const budget: ResultOf<"skein/budget/read"> = {
  windows: { primaryMinutes: 300, secondaryMinutes: 10_080 },
  given: {
    allowance: { primary: 200_000, secondary: null },
    pool: { primary: 1_000_000, secondary: 5_000_000 },
    credits: 250_000,
  },
  pool: { primary: null, secondary: 4_000_000 },
  member: { primary: null, secondary: null },
  members: [{ userId: "u2", limits: { primary: 100_000, secondary: null } }],
};

const member = { email: "ada@example.com", joinedAt: fixtureTimeMs, isYou: false };

export const usageAnswers = {
  "skein/usage/read": own,
  "skein/usage/report": { report },
  "skein/budget/read": budget,
  "skein/budget/update": {},
  "skein/member/list": {
    data: [
      { ...member, userId: "u", name: "Ada Lovelace", role: "owner", isYou: true },
      { ...member, userId: "u2", name: "Grace Hopper", email: "grace@example.com", role: "member" },
    ],
  },
};

/** Little is left, and nothing. */
export const littleLeft = {
  rateLimits: {
    secondary: { usedPercent: 92, windowDurationMins: 10_080, resetsAt: (fixtureTimeMs + 60 * hourMs) / 1000 },
  },
};
export const nothingLeft = {
  rateLimits: {
    primary: { usedPercent: 100, windowDurationMins: 300, resetsAt: (fixtureTimeMs + 2 * hourMs) / 1000 },
    rateLimitReachedType: "rate_limit_reached",
  },
};
