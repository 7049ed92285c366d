/** Who may call the model when, what it is paid with, and who is told. */

import { type TellPlace, TurnSlots } from "./admission/turn-slots.ts";
import type { Foundation } from "./compose-foundation.ts";
import type { Config } from "./config.ts";
import type { Metrics } from "./http/metrics-routes.ts";
import type { Subscriptions } from "./subscription/subscriptions.ts";
import { systemClock, timeOrderedIds } from "./system-clock.ts";
import type { Undo } from "./undo.ts";
import { CallAllowance, type PayingThread } from "./usage/call-allowance.ts";
import { presentLimits } from "./usage/present-limits.ts";
import { setUsageTerms } from "./usage/set-usage-terms.ts";
import { readStanding } from "./usage/standing.ts";
import { TurnGate, type TurnGatePorts } from "./usage/turn-gate.ts";
import { UsageNews } from "./usage/usage-news.ts";

export interface Usage {
  readonly slots: TurnSlots;
  readonly allowance: CallAllowance;
  /** What these people may use has been changed: they are told. */
  limitsChanged(tenantId: string, userIds: readonly string[]): void;
  openGate(thread: PayingThread, tellPlace: TellPlace): TurnGate;
}

export async function openUsage(
  { usage }: Config,
  { database }: Foundation,
  metrics: Metrics,
  subscriptions: Subscriptions,
  undo: Undo,
): Promise<Usage> {
  await setUsageTerms(database.log, usage);
  const slots = new TurnSlots(usage.turns);
  undo.push(() => slots.stop());
  const allowance = new CallAllowance({
    log: database.log,
    clock: systemClock,
    ids: timeOrderedIds,
    outputTokens: usage.answerTokens,
  });
  const news = new UsageNews({
    read: async (tenantId, userId) =>
      presentLimits(await database.withTenant(tenantId, (sql) => readStanding(sql, userId))),
    tell: (tenantId, userId, rateLimits) =>
      subscriptions.announceToPerson(tenantId, userId, "account/rateLimits/updated", { rateLimits }),
  });
  undo.push(() => news.stop());
  metrics.watchTurns(() => ({
    working: slots.runningCount,
    waiting: slots.waitingCount,
    waitingForTokens: allowance.waitingCount,
  }));
  const ports: TurnGatePorts = {
    slots,
    allowance,
    announce: ({ tenantId, threadId, createdBy }, turnId, ahead) =>
      subscriptions.announceToReaders({ tenantId, threadId, createdBy }, "skein/turn/waiting", {
        threadId,
        turnId,
        ahead,
      }),
    used: (payer) => news.changed(payer),
  };
  return {
    slots,
    allowance,
    limitsChanged: (tenantId, userIds) => {
      for (const userId of userIds) news.changed({ tenantId, userId });
    },
    openGate: (thread, tellPlace) => new TurnGate(ports, thread, tellPlace),
  };
}
