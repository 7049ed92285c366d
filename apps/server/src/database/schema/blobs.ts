/** Long strings, kept apart from the rows that hold them. */
import { sql } from "drizzle-orm";
import { foreignKey, index, integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, hash, instant } from "./columns.ts";

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
