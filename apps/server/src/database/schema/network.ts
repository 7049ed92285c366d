/** What a tenant lets its commands connect to. */
import { sql } from "drizzle-orm";
import { check, json, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { tenants } from "./identity.ts";

/** A tenant without a row lets them connect to nothing. */
export const networkPolicies = pgTable(
  "network_policies",
  {
    tenantId: uuid("tenant_id")
      .primaryKey()
      .references(() => tenants.id, { onDelete: "cascade" }),
    /** `listed`: to the hosts of the list; `ask`: to others when a person allows it. */
    mode: text().notNull(),
    /** Of strings. */
    hosts: json().notNull(),
    updatedBy: uuid("updated_by"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [check("network_policies_mode", sql`${table.mode} in ('off', 'listed', 'ask')`)],
);
