/** Where threads work. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { createdAt, instant } from "./columns.ts";
import { tenants } from "./identity.ts";

export const workspaces = pgTable(
  "workspaces",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    id: uuid().notNull(),
    name: text().notNull(),
    /** What people call it; null: as its path does. */
    title: text(),
    hostPath: text("host_path").notNull(),
    /** `created`: made and owned by Skein. `opened`: a directory that was there before. */
    kind: text().notNull(),
    /** The runner that is the workspace's home. */
    runner: text().notNull(),
    /** What the runner last said of its environment; null: nothing yet. */
    shell: text(),
    isolation: text(),
    createdAt: createdAt(),
    createdBy: uuid("created_by"),
    /** `making`: its files are on their way. `failed`: they did not come. `deleted`: threads that worked in it refer to it. */
    state: text().notNull().default("ready"),
    /** Whether there is, or may be, something of it at the runner; nothing else has its name or its place until there is not. */
    holdsFiles: boolean("holds_files").notNull().default(true),
    /** Where its files come from; null: it began empty, or was there before. */
    source: json(),
    /** While it is made: how far; the source says in which unit. */
    progress: json(),
    /** Whoever makes it is gone when this has passed. */
    madeUntil: instant("made_until"),
    /** Why it failed, in words for a person. */
    failure: text(),
    /** What it took of the disk when it was measured last. */
    diskBytes: bigint("disk_bytes", { mode: "number" }),
    diskFiles: integer("disk_files"),
    measuredAt: instant("measured_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("workspaces_place").on(table.tenantId, table.runner, table.hostPath).where(sql`${table.holdsFiles}`),
    uniqueIndex("workspaces_created_name")
      .on(table.tenantId, table.name)
      .where(sql`${table.kind} = 'created' and ${table.holdsFiles}`),
    check("workspaces_state", sql`${table.state} in ('making', 'ready', 'failed', 'deleted')`),
    check("workspaces_kind", sql`${table.kind} in ('created', 'opened')`),
  ],
);
