/** Links by which people who are no members see one thread. */
import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { createdAt, hash, instant, seq } from "./columns.ts";
import { threads } from "./log.ts";

export const shareLinks = pgTable(
  "share_links",
  {
    tenantId: uuid("tenant_id").notNull(),
    id: uuid().notNull(),
    threadId: uuid("thread_id").notNull(),
    tokenHash: hash("token_hash").notNull().unique(),
    title: text().notNull(),
    level: text().notNull(),
    /** Turns that began after this seq are shown. */
    fromSeq: seq("from_seq").notNull(),
    /** And not those that began after this one. Null: the link is live. */
    frozenAtSeq: seq("frozen_at_seq"),
    createdBy: uuid("created_by").notNull(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    /** How often its page was opened. */
    opens: bigint({ mode: "number" }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("share_links_thread").on(table.tenantId, table.threadId),
    foreignKey({
      name: "share_links_of_thread",
      columns: [table.tenantId, table.threadId],
      foreignColumns: [threads.tenantId, threads.id],
    }).onDelete("cascade"),
    check("share_links_level", sql`${table.level} in ('read', 'comment', 'prompt')`),
  ],
);
