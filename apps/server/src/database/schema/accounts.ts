/** How people sign in, and how they come into a tenant. */
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, hash, instant } from "./columns.ts";
import { tenants, users } from "./identity.ts";

/** How a person signs in. Only functions touch it; a tenant sees its members' addresses. */
export const accounts = pgTable("accounts", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** As its owner writes it, and as two are compared. */
  email: text().notNull(),
  emailKey: text("email_key").notNull().unique(),
  /** Null: nobody but the person has said that the address is theirs. */
  emailVerifiedAt: instant("email_verified_at"),
  /** In the PHC format, with its parameters. Null: this person signs in elsewhere. */
  passwordHash: text("password_hash"),
  createdAt: createdAt(),
});

/** By whom else a person is known: an issuer of OpenID Connect, and its name for them. */
export const externalIdentities = pgTable(
  "external_identities",
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    uniqueIndex("external_identities_user").on(table.userId, table.issuer),
  ],
);

/** Browsers in which a person has signed in: what strangers try elsewhere does not keep them out. */
export const knownDevices = pgTable(
  "known_devices",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tokenHash: hash("token_hash").notNull(),
    seenAt: instant("seen_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.tokenHash] }), index("known_devices_age").on(table.seenAt)],
);

/** How far each bucket of sign-in attempts is used up: one that is used up to now or before is empty. */
export const signInAttempts = pgTable(
  "sign_in_attempts",
  { bucket: hash("bucket").primaryKey(), usedUntil: instant("used_until").notNull() },
  (table) => [index("sign_in_attempts_age").on(table.usedUntil)],
);

export const invitations = pgTable(
  "invitations",
  {
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    id: uuid().notNull(),
    tokenHash: hash("token_hash").notNull().unique(),
    role: text().notNull(),
    /** For whom it is meant, in the words of who made it. */
    note: text().notNull(),
    createdBy: uuid("created_by").notNull(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    acceptedBy: uuid("accepted_by"),
    acceptedAt: instant("accepted_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    check("invitations_role", sql`${table.role} in ('owner', 'member', 'viewer')`),
  ],
);
