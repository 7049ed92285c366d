/**
 * What counting a call of the model costs, and what a budget adds: calls one after the other, and of fifty threads of one tenant at once.
 * The writer of the log runs here, so that nothing else of the server takes part.
 */
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { openPool, type Sql } from "../../apps/server/src/database/pools.ts";
import { tenantScope } from "../../apps/server/src/database/with-tenant.ts";
import { ensureLocalUser } from "../../apps/server/src/identity/local-user.ts";
import { EventLog } from "../../apps/server/src/log/event-log.ts";
import {
  chunk,
  makeThread,
  startedMessage,
  startedTurn,
  type ThreadWriter,
} from "../../apps/server/src/log/testing.ts";
import { noteCalls } from "../../apps/server/src/usage/note-calls.ts";
import { type Reservation, reserveCall } from "../../apps/server/src/usage/reserve-call.ts";
import type { CallRecord } from "../../packages/core/src/ports.ts";
import { median } from "../report/percentile.ts";
import { databaseOf } from "../server/skein-database.ts";
import type { Bench, Figure, Scenario } from "./scenario.ts";

const rounds = 400;
const threads = 50;

export const modelCalls: Scenario = {
  name: "model-calls",
  title: `calls of the model counted, without a budget and with one, alone and by ${threads} threads of a tenant at once`,
  onlySkein: true,
  measure,
};

async function measure({ server }: Bench): Promise<readonly Figure[]> {
  const target = await databaseOf(server);
  const app = openPool(target, "skein_app", { maxConnections: 4, silenceMs: null });
  const log = openPool(target, "skein_log", { maxConnections: 3, silenceMs: null });
  const admin = postgres({ path: target.path, database: "skein", user: "skein_admin", max: 1 });
  try {
    const { tenantId, userId } = await ensureLocalUser(app, "bench");
    const withTenant = tenantScope(app);
    const writers: ThreadWriter[] = [];
    while (writers.length < threads) writers.push(await makeThread({ withTenant }, { tenantId }));
    const eventLog = new EventLog(log);
    await Promise.all(
      writers.map((writer) => writer.write(eventLog, startedTurn("turn"), startedMessage("turn", "item"))),
    );
    const [first] = writers as [ThreadWriter];
    const append = (calls: readonly CallRecord[]) => timed(() => appendWith(eventLog, first, calls));
    const plain = await repeat(() => append([]));
    const counted = await repeat(() => append([callOf(userId, randomUUID())]));
    const noted: number[] = [];
    const notedAndCounted = await repeat(async () => {
      const call = reservationOf(first, userId);
      const noting = await timed(() => noteCalls(log, [call]));
      noted.push(noting);
      return noting + (await append([callOf(userId, call.callId)]));
    });
    await admin`insert into tenant_budgets (tenant_id, pool_primary) values (${tenantId}, 1000000000000)`;
    const reserved = await repeat(() => timed(() => reserve(log, first, userId)));
    const crowd = await timed(() =>
      Promise.all(
        writers.map(async (writer) => {
          for (let n = 0; n < 20; n++)
            await appendWith(eventLog, writer, [callOf(userId, await reserve(log, writer, userId))]);
        }),
      ),
    );
    return [
      { name: "append, p50", value: median(plain), unit: "ms" },
      { name: "append with a call, p50", value: median(counted), unit: "ms" },
      { name: "call written down before it, p50", value: median(noted), unit: "ms" },
      { name: "written down and append, p50", value: median(notedAndCounted), unit: "ms" },
      { name: "reservation, p50", value: median(reserved), unit: "ms" },
      { name: `reservation and append, each of ${threads} at once`, value: crowd / (20 * threads), unit: "ms" },
    ];
  } finally {
    await Promise.all([app.end(), log.end(), admin.end()]);
  }
}

async function appendWith(log: EventLog, writer: ThreadWriter, calls: readonly CallRecord[]): Promise<void> {
  const { append, committed } = writer.prepare(chunk("turn", "item", "x"));
  await log.append({ ...append, calls });
  committed();
}

async function reserve(log: Sql, writer: ThreadWriter, userId: string): Promise<string> {
  const reservation = reservationOf(writer, userId);
  const verdict = await reserveCall(log, reservation);
  if (verdict.type !== "granted") throw new Error(`the reservation was answered ${verdict.type}`);
  return reservation.callId;
}

function reservationOf(writer: ThreadWriter, userId: string): Reservation {
  const about = { threadId: writer.id, fence: writer.fence, callId: randomUUID(), turnId: "turn", userId };
  return { ...about, model: "m", credential: "operator", inputTokens: 5_000, outputTokens: 32_000 };
}

function callOf(memberId: string, id: string): CallRecord {
  const counts = { totalTokens: 110, inputTokens: 100, cachedInputTokens: 0, cacheWriteInputTokens: 0 };
  return {
    ...{ id, source: "pool", credential: "operator", turnId: "turn", memberId, model: "m", outcome: "completed" },
    tokens: { ...counts, outputTokens: 10, reasoningOutputTokens: 0 },
  };
}

async function repeat(measureOnce: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  while (took.length < rounds) took.push(await measureOnce());
  return took;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
