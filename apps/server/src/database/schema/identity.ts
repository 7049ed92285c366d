/** Tenants, the people in them, and what lets people in. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { createdAt, hash, instant } from "./columns.ts";

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
    /** When it last opened a door, to the minute; null: not since it was made. */
    seenAt: instant("seen_at"),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("sessions_user").on(table.userId),
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
    /** What it opens: a session, the account of the first owner, or a new password. */
    purpose: text().notNull().default("signIn"),
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
    check("sign_in_links_purpose", sql`${table.purpose} in ('signIn', 'firstOwner', 'password')`),
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
    /** Which rights of its owner's it carries. */
    scopes: text().array().notNull().default(sql`'{read,prompt,approve,manage}'`),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    /** null: it does not end by itself. */
    expiresAt: instant("expires_at"),
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
