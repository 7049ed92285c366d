/** Which members of a tenant may do what with threads that are not theirs. */
import { sql } from "drizzle-orm";
import { check, foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { members } from "./identity.ts";
import { threads } from "./log.ts";

/** A level includes the lower ones. It ends with the thread, and when the person leaves the tenant. */
export const threadGrants = pgTable(
  "thread_grants",
  {
    tenantId: uuid("tenant_id").notNull(),
    threadId: uuid("thread_id").notNull(),
    userId: uuid("user_id").notNull(),
    level: text().notNull(),
    grantedBy: uuid("granted_by").notNull(),
    at: instant("at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.threadId, table.userId] }),
    foreignKey({
      columns: [table.tenantId, table.threadId],
      foreignColumns: [threads.tenantId, threads.id],
    }).onDelete("cascade"),
    foreignKey({
      columns: [table.tenantId, table.userId],
      foreignColumns: [members.tenantId, members.userId],
    }).onDelete("cascade"),
    index("thread_grants_user").on(table.tenantId, table.userId),
    check("thread_grants_level", sql`${table.level} in ('read', 'prompt', 'approve', 'manage')`),
  ],
);
