/** Secrets of tenants and of their people that the server uses for them. Each is sealed under its tenant's key, which is itself wrapped. */
import { sql } from "drizzle-orm";
import { check, foreignKey, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant } from "./columns.ts";
import { members, tenants } from "./identity.ts";

export const dataKeys = pgTable("data_keys", {
  tenantId: uuid("tenant_id")
    .primaryKey()
    .references(() => tenants.id, { onDelete: "cascade" }),
  /** Of the server's key that wraps it. */
  keyId: text("key_id").notNull(),
  wrapped: bytea("wrapped").notNull(),
  createdAt: createdAt(),
});

export const storedSecrets = pgTable(
  "stored_secrets",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    id: uuid().notNull(),
    purpose: text().notNull(),
    /** Null: the tenant's own. Else this member's, and it goes when they do. */
    userId: uuid("user_id"),
    name: text().notNull(),
    /** Where it is used; null: where such secrets are used unless something else is said. */
    baseUrl: text("base_url"),
    /** Which models it is for; null: all. */
    models: text().array(),
    /** Who signs in with it, where that takes a name. */
    username: text(),
    sealed: bytea("sealed").notNull(),
    /** By which a person recognises it. */
    lastFour: text("last_four").notNull(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("stored_secrets_model_of_tenant")
      .on(table.tenantId)
      .where(sql`${table.purpose} = 'model' and ${table.userId} is null`),
    uniqueIndex("stored_secrets_model_of_user")
      .on(table.tenantId, table.userId)
      .where(sql`${table.purpose} = 'model' and ${table.userId} is not null`),
    foreignKey({
      name: "stored_secrets_member",
      columns: [table.tenantId, table.userId],
      foreignColumns: [members.tenantId, members.userId],
    }).onDelete("cascade"),
    check("stored_secrets_purpose", sql`${table.purpose} in ('model', 'git')`),
  ],
);
