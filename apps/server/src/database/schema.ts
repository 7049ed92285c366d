/**
 * The tables, as drizzle-kit reads them to make migrations. Roles, row level security and functions are in the hand-written
 * migrations beside the generated ones. The tenant comes first in every key, so that tenants can be spread over servers
 * later; the few indexes without it serve look-ups by a secret or by a thread's id, where the tenant is the answer.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

/** SHA-256 of a secret; the secret itself is never stored. */
const hash = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
/** Where long strings were cut out of the row's JSON text, and the blobs that hold them: `[[place, sha256, bytes], …]`. Null: nowhere. */
const bodies = () => json("bodies");
const seq = (name: string) => bigint(name, { mode: "number" });
const milliseconds = (name: string) => bigint(name, { mode: "number" });
const instant = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => instant("created_at").notNull().defaultNow();

/** One row: which life of the database this is. A restore from a backup changes it; see `incarnation.ts`. */
export const databaseIncarnation = pgTable(
  "database_incarnation",
  { singleton: boolean().primaryKey().default(true), value: uuid().notNull().default(sql`gen_random_uuid()`) },
  (table) => [check("database_incarnation_singleton", sql`${table.singleton}`)],
);

export const tenants = pgTable(
  "tenants",
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    /** True for the tenant of the single local user. */
    local: boolean().notNull().default(false),
    /** Counts from 0 and never changes; the uid of the tenant's commands comes of it. */
    index: integer().notNull().generatedByDefaultAsIdentity({ startWith: 0, minValue: 0 }),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("tenants_local").on(table.local).where(sql`${table.local}`),
    uniqueIndex("tenants_index").on(table.index),
  ],
);

/** A person. Which tenants they belong to is in `members`. */
export const users = pgTable("users", { id: uuid().primaryKey(), name: text().notNull(), createdAt: createdAt() });

export const members = pgTable(
  "members",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId] }),
    check("members_role", sql`${table.role} in ('owner', 'member', 'viewer')`),
  ],
);

export const sessions = pgTable(
  "sessions",
  {
    tenantId: uuid("tenant_id").notNull(),
    id: uuid().notNull(),
    userId: uuid("user_id").notNull(),
    tokenHash: hash("token_hash").notNull().unique(),
    userAgent: text("user_agent"),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      name: "sessions_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [members.tenantId, members.userId],
    }).onDelete("cascade"),
  ],
);

export const signInLinks = pgTable(
  "sign_in_links",
  {
    tenantId: uuid("tenant_id").notNull(),
    id: uuid().notNull(),
    userId: uuid("user_id").notNull(),
    tokenHash: hash("token_hash").notNull().unique(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    redeemedAt: instant("redeemed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      name: "sign_in_links_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [members.tenantId, members.userId],
    }).onDelete("cascade"),
  ],
);

export const accessTokens = pgTable(
  "access_tokens",
  {
    tenantId: uuid("tenant_id").notNull(),
    id: uuid().notNull(),
    userId: uuid("user_id").notNull(),
    tokenHash: hash("token_hash").notNull().unique(),
    name: text().notNull(),
    /** The opening characters, by which a person recognises the token in a list. */
    prefix: text().notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({
      name: "access_tokens_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [members.tenantId, members.userId],
    }).onDelete("cascade"),
  ],
);

export const workspaces = pgTable(
  "workspaces",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    id: uuid().notNull(),
    name: text().notNull(),
    hostPath: text("host_path").notNull(),
    /** `created`: made and owned by Skein. `opened`: a directory that was there before. */
    kind: text().notNull(),
    /** The runner that is the workspace's home. */
    runner: text().notNull(),
    /** What the runner last said of its environment; null: nothing yet. */
    shell: text(),
    isolation: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("workspaces_place").on(table.tenantId, table.runner, table.hostPath),
    uniqueIndex("workspaces_created_name").on(table.tenantId, table.name).where(sql`${table.kind} = 'created'`),
    check("workspaces_kind", sql`${table.kind} in ('created', 'opened')`),
  ],
);

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
    /** Messages that wait for their turn; counted by a trigger of the events. */
    queued: integer().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("threads_id").on(table.id),
    index("threads_created").on(table.tenantId, table.createdAt, table.id),
    index("threads_updated").on(table.tenantId, table.updatedAt, table.id),
    index("threads_recency").on(table.tenantId, table.recencyAt, table.id),
    index("threads_queued").on(table.id).where(sql`${table.queued} > 0`),
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
  ],
);

/**
 * Long strings of JSON text, kept once for a tenant whoever refers to them: what stands between the quotes, byte for byte.
 * What refers to them is read through the views `whole_events`, `whole_turns`, `whole_items` and `whole_snapshots`.
 */
export const blobs = pgTable(
  "blobs",
  {
    tenantId: uuid("tenant_id").notNull(),
    sha256: hash("sha256").notNull(),
    bytes: bytea("bytes").notNull(),
    size: integer().notNull(),
    createdAt: createdAt(),
    /** When a thread that referred to it was deleted; null: none was, or it is known that others refer to it. */
    releasedAt: instant("released_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sha256] }),
    index("blobs_released").on(table.releasedAt).where(sql`${table.releasedAt} is not null`),
  ],
);

/** Which threads refer to which blobs. A blob that no thread refers to is swept. */
export const blobRefs = pgTable(
  "blob_refs",
  { tenantId: uuid("tenant_id").notNull(), threadId: uuid("thread_id").notNull(), sha256: hash("sha256").notNull() },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.sha256] }),
    index("blob_refs_blob").on(table.tenantId, table.sha256),
    foreignKey({
      name: "blob_refs_kept",
      columns: [table.tenantId, table.sha256],
      foreignColumns: [blobs.tenantId, blobs.sha256],
    }),
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
    /** What the turn has beside its items and the columns above: plan, diff, errors. */
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

/** The nodes that serve this database. Only functions of `skein_log` touch it. */
export const nodes = pgTable("nodes", {
  id: text().primaryKey(),
  /** Of the data directory, which one process at a time holds. */
  home: uuid().notNull(),
  /** Of the process. */
  instance: uuid().notNull(),
  startedAt: instant("started_at").notNull(),
  aliveUntil: instant("alive_until").notNull(),
});

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
