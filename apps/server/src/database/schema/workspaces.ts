/** Where threads work. */
import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt } from "./columns.ts";
import { tenants } from "./identity.ts";

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
