/** Threads and their logs. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bodies, createdAt, hash, instant, seq } from "./columns.ts";
import { tenants } from "./identity.ts";

/** The head of each log, who owns it, and what lists show of a thread without reading its log. */
export const threads = pgTable(
  "threads",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id),
    id: uuid().notNull(),
    /** Changes when the log is no continuation of what clients saw. */
    logEpoch: bigint("log_epoch", { mode: "number" }).notNull().default(1),
    headSeq: seq("head_seq").notNull().default(0),
    ownerNode: text("owner_node"),
    fence: bigint({ mode: "number" }).notNull().default(0),
    leaseUntil: instant("lease_until"),
    name: text(),
    preview: text().notNull().default(""),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    recencyAt: instant("recency_at").notNull(),
    archivedAt: instant("archived_at"),
    workspaceId: uuid("workspace_id"),
    cwd: text().notNull(),
    model: text().notNull(),
    modelProvider: text("model_provider").notNull(),
    /** As lists show it: idle, active, waiting (for an approval), failed. */
    status: text().notNull().default("idle"),
    source: text().notNull(),
    threadSource: text("thread_source"),
    originator: text().notNull(),
    ephemeral: boolean().notNull(),
    settings: json().notNull(),
    forkedFromId: uuid("forked_from_id"),
    createdBy: uuid("created_by"),
    /** The last fifty, as the wire has them; written with the event that says so. */
    handOvers: json("hand_overs").notNull().default([]),
    /** Messages that wait for their turn; counted by a trigger of the events. */
    queued: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("threads_id").on(table.id),
    index("threads_created").on(table.tenantId, table.createdAt, table.id),
    index("threads_updated").on(table.tenantId, table.updatedAt, table.id),
    index("threads_recency").on(table.tenantId, table.recencyAt, table.id),
    // For members, who see their own in lists.
    // For workspaces, which say who works in them.
    index("threads_workspace").on(table.tenantId, table.workspaceId),
    index("threads_creator").on(table.tenantId, table.createdBy),
    index("threads_queued").on(table.id).where(sql`${table.queued} > 0`),
    index("threads_ephemeral").on(table.id).where(sql`${table.ephemeral}`),
  ],
);

/** `json`, not `jsonb`: jsonb refuses NUL and lone surrogates and reorders keys. */
export const threadEvents = pgTable(
  "thread_events",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    seq: seq("seq").notNull(),
    type: text().notNull(),
    version: smallint().notNull(),
    itemId: text("item_id"),
    payload: json().notNull(),
    at: instant("at").notNull(),
    bodies: bodies(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.seq] }),
    // The messages that wait are read without the rest of the log.
    index("thread_events_queue").on(table.tenantId, table.threadId, table.seq).where(sql`${table.type} like 'queue.%'`),
    // So are what people say to each other, with each page of turns.
    index("thread_events_comments")
      .on(table.tenantId, table.threadId, table.seq)
      .where(sql`${table.type} like 'comment.%'`),
  ],
);

/**
 * Accepted commands with their first result, so that a repeated one gets the same answer. `scope` is the thread, or the
 * nil UUID for commands that make a thread. The method is not part of the key: a steer's key repeated in `turn/start` is the same command.
 */
export const threadCommands = pgTable(
  "thread_commands",
  {
    tenantId: uuid("tenant_id").notNull(),
    principal: text().notNull(),
    scope: uuid().notNull(),
    key: text().notNull(),
    method: text().notNull(),
    inputHash: hash("input_hash").notNull(),
    result: json().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.scope, table.principal, table.key] }),
    index("thread_commands_age").on(table.createdAt),
  ],
);
