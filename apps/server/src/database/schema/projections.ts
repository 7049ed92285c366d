/** What is folded from the logs, for paging, search and whoever owns a thread next. It can be written anew from them. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bodies, instant, milliseconds, seq } from "./columns.ts";
import { threads } from "./log.ts";

/** Projection for paging: one row per turn, as the reducer had it at `as_of`. `ordinal` is the seq at which it started. */
export const turns = pgTable(
  "turns",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    turnId: text("turn_id").notNull(),
    ordinal: seq("ordinal").notNull(),
    status: text().notNull(),
    error: json(),
    /** Seconds since the epoch, as the protocol has it for turns. */
    startedAt: bigint("started_at", { mode: "number" }),
    completedAt: bigint("completed_at", { mode: "number" }),
    durationMs: milliseconds("duration_ms"),
    /** What the turn has beside its items and the columns above: plan, diff, errors, questions, warnings, decisions. */
    extras: json().notNull(),
    asOf: seq("as_of").notNull(),
    /** Of `extras`. */
    bodies: bodies(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.turnId] }),
    uniqueIndex("turns_ordinal").on(table.tenantId, table.threadId, table.ordinal),
    index("turns_running").on(table.tenantId, table.threadId).where(sql`${table.status} = 'inProgress'`),
  ],
);

/** Projection for paging and search: one row per item. `text` is what search looks at, cleaned of what Postgres text refuses. */
export const items = pgTable(
  "items",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    itemId: text("item_id").notNull(),
    turnId: text("turn_id").notNull(),
    ordinal: seq("ordinal").notNull(),
    /** The item's own `type`, because no function of Postgres can look into an item that holds the escape of a NUL. */
    type: text().notNull(),
    item: json().notNull(),
    text: text().notNull(),
    startedAtMs: milliseconds("started_at_ms"),
    /** Null while the item is open. */
    completedAtMs: milliseconds("completed_at_ms"),
    asOf: seq("as_of").notNull(),
    /** Whether `compact_chunks` is done with the item. */
    compacted: boolean().notNull().default(false),
    /** Of `item`. */
    bodies: bodies(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.itemId] }),
    uniqueIndex("items_ordinal").on(table.tenantId, table.threadId, table.ordinal),
    index("items_turn").on(table.tenantId, table.threadId, table.turnId, table.ordinal),
    // Of items that were written whole there is nothing to compact.
    index("items_to_compact")
      .on(table.completedAtMs)
      .where(
        sql`not ${table.compacted} and ${table.completedAtMs} is not null and ${table.asOf} > ${table.ordinal} + 1`,
      ),
  ],
);

/**
 * Projection: approvals and questions, pending and decided, so that every node can tell who waits for what without owning
 * the thread. A fork has none: what was allowed was allowed to its source.
 */
export const approvals = pgTable(
  "approvals",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    approvalId: text("approval_id").notNull(),
    turnId: text("turn_id").notNull(),
    itemId: text("item_id").notNull(),
    /** Exactly what is asked: the command with its arguments, directory and sandbox, or the patch. */
    request: json().notNull(),
    /** Whose turn it is that asks. */
    askedBy: json("asked_by"),
    requestedAt: instant("requested_at").notNull(),
    /** Null while it is pending. */
    outcome: json(),
    answeredBy: json("answered_by"),
    resolvedAt: instant("resolved_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.approvalId] }),
    foreignKey({
      name: "approvals_thread",
      columns: [table.tenantId, table.threadId],
      foreignColumns: [threads.tenantId, threads.id],
    }).onDelete("cascade"),
    index("approvals_id").on(table.tenantId, table.approvalId),
    index("approvals_pending").on(table.tenantId, table.threadId).where(sql`${table.resolvedAt} is null`),
  ],
);

/** What the owner of a thread knew at `seq`: the fold of the log up to there, which saves the next owner from reading it. */
export const snapshots = pgTable(
  "snapshots",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    seq: seq("seq").notNull(),
    /** Of the shape of `state`; a build takes no notice of snapshots of a version that it does not know. */
    version: integer().notNull(),
    state: json().notNull(),
    bodies: bodies(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.threadId] })],
);
