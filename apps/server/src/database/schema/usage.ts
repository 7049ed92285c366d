/** What calls of the model have cost, and what a tenant may spend. Functions write all of it but what owners set for their own. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { tenants } from "./identity.ts";

const tokens = (name: string) => bigint(name, { mode: "number" });
const countOf = (name: string) => tokens(name).notNull().default(0);
const tenantId = () =>
  uuid("tenant_id")
    .notNull()
    .references(() => tenants.id, { onDelete: "cascade" });

/** The ledger: one row per call of the model that has cost something. It outlives the thread. */
export const modelCalls = pgTable(
  "model_calls",
  {
    tenantId: tenantId(),
    id: uuid().notNull(),
    threadId: uuid("thread_id").notNull(),
    turnId: text("turn_id").notNull(),
    /** Within the turn, from 1. */
    ordinal: integer().notNull(),
    /** Who caused it. Null: nobody of the tenant. */
    userId: uuid("user_id"),
    model: text().notNull(),
    /** Whose key was used: "operator", "tenant", "user"; "demo" without one. */
    credential: text().notNull(),
    /** "allowance", "pool" or "credits": out of what it was paid. */
    source: text().notNull(),
    /** "completed": as the provider counted it. "cut": it was ended early, and "lost": its node died; both are estimates. */
    outcome: text().notNull(),
    inputTokens: tokens("input_tokens").notNull(),
    cachedTokens: tokens("cached_tokens").notNull(),
    outputTokens: tokens("output_tokens").notNull(),
    reasoningTokens: tokens("reasoning_tokens").notNull(),
    totalTokens: tokens("total_tokens").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("model_calls_turn").on(table.tenantId, table.threadId, table.turnId, table.ordinal),
    index("model_calls_time").on(table.tenantId, table.at),
    check("model_calls_source", sql`${table.source} in ('allowance', 'pool', 'credits')`),
    check("model_calls_outcome", sql`${table.outcome} in ('completed', 'cut', 'lost')`),
  ],
);

/** Sums of the ledger by day (UTC), person and thread. A call of nobody has the zero UUID for its person. */
export const usageDays = pgTable(
  "usage_days",
  {
    tenantId: tenantId(),
    day: date().notNull(),
    userId: uuid("user_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    calls: countOf("calls"),
    inputTokens: countOf("input_tokens"),
    cachedTokens: countOf("cached_tokens"),
    outputTokens: countOf("output_tokens"),
    reasoningTokens: countOf("reasoning_tokens"),
    totalTokens: countOf("total_tokens"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.day, table.userId, table.threadId] }),
    index("usage_days_thread").on(table.tenantId, table.threadId),
  ],
);

/** What was used in the window that runs: "member" of a person in all, "allowance" of their own, "pool" of the tenant's (zero UUID). */
export const usageMeters = pgTable(
  "usage_meters",
  {
    tenantId: tenantId(),
    userId: uuid("user_id").notNull(),
    source: text().notNull(),
    /** "primary" or "secondary". */
    span: text().notNull(),
    /** When the window began: with the first call after the one before had ended. */
    since: instant("since").notNull(),
    used: tokens("used").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId, table.source, table.span] })],
);

/** What is set aside, or only written down, for the call that a thread makes now. It is lost when the fence that made it is not the thread's any more. */
export const usageReservations = pgTable(
  "usage_reservations",
  {
    tenantId: tenantId(),
    threadId: uuid("thread_id").notNull(),
    fence: bigint({ mode: "bigint" }).notNull(),
    callId: uuid("call_id").notNull(),
    turnId: text("turn_id").notNull(),
    userId: uuid("user_id").notNull(),
    model: text().notNull(),
    credential: text().notNull(),
    source: text().notNull(),
    inputTokens: tokens("input_tokens").notNull(),
    outputTokens: tokens("output_tokens").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.threadId] })],
);

/** What the operator gives tenants of which nothing else is said, and how long the windows are. One row. */
export const usageTerms = pgTable(
  "usage_terms",
  {
    singleton: boolean().primaryKey().default(true),
    primaryMinutes: integer("primary_minutes").notNull().default(300),
    secondaryMinutes: integer("secondary_minutes").notNull().default(10_080),
    allowancePrimary: tokens("allowance_primary"),
    allowanceSecondary: tokens("allowance_secondary"),
    poolPrimary: tokens("pool_primary"),
    poolSecondary: tokens("pool_secondary"),
  },
  (table) => [check("usage_terms_singleton", sql`${table.singleton}`)],
);

/** Tokens per window; null is the server's own figure for the operator's columns, and no limit for the owner's. */
export const tenantBudgets = pgTable("tenant_budgets", {
  tenantId: tenantId().primaryKey(),
  allowancePrimary: tokens("allowance_primary"),
  allowanceSecondary: tokens("allowance_secondary"),
  poolPrimary: tokens("pool_primary"),
  poolSecondary: tokens("pool_secondary"),
  /** Purchased, and not used up. */
  credits: countOf("credits"),
  /** The owner's, who can only lower what the operator gives. */
  ownPoolPrimary: tokens("own_pool_primary"),
  ownPoolSecondary: tokens("own_pool_secondary"),
  /** The most that one member may use in all. */
  memberPrimary: tokens("member_primary"),
  memberSecondary: tokens("member_secondary"),
});

/** The owner's word on one member, in place of what counts for all. */
export const memberBudgets = pgTable(
  "member_budgets",
  {
    tenantId: tenantId(),
    userId: uuid("user_id").notNull(),
    memberPrimary: tokens("member_primary"),
    memberSecondary: tokens("member_secondary"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] })],
);
