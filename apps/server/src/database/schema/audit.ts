/** Who did what in a tenant: written once, and neither changed nor deleted by whoever serves requests. */
import { sql } from "drizzle-orm";
import { check, index, json, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const auditLines = pgTable(
  "audit_lines",
  {
    tenantId: uuid("tenant_id").notNull(),
    /** By the clock of the database, so that the lines of all nodes have one order. */
    at: instant("at").notNull().default(sql`clock_timestamp()`),
    id: uuid().notNull().default(sql`gen_random_uuid()`),
    actorType: text("actor_type").notNull(),
    /** The person, or the share link. Null: neither. */
    actorId: uuid("actor_id"),
    /** As the person was called then. */
    actorName: text("actor_name"),
    /** The session or the access token by which they came. */
    credentialId: uuid("credential_id"),
    action: text().notNull(),
    threadId: uuid("thread_id"),
    /** What it was done to, where that is no thread: an id, or a name. */
    subject: text(),
    details: json().notNull(),
    address: text(),
    userAgent: text("user_agent"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.at, table.id] }),
    index("audit_lines_actor").on(table.tenantId, table.actorId, table.at, table.id),
    index("audit_lines_action").on(table.tenantId, table.action, table.at, table.id),
    index("audit_lines_thread").on(table.tenantId, table.threadId, table.at, table.id),
    check(
      "audit_lines_actor_type",
      sql`${table.actorType} in ('user', 'token', 'link', 'operator', 'system', 'nobody')`,
    ),
    check("audit_lines_details", sql`octet_length(${table.details}::text) <= 4096`),
  ],
);
