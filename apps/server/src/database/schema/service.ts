/** What the servers of a database know of it and of each other. */
import { sql } from "drizzle-orm";
import { boolean, check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** One row: which life of the database this is. A restore from a backup changes it; see `incarnation.ts`. */
export const databaseIncarnation = pgTable(
  "database_incarnation",
  { singleton: boolean().primaryKey().default(true), value: uuid().notNull().default(sql`gen_random_uuid()`) },
  (table) => [check("database_incarnation_singleton", sql`${table.singleton}`)],
);

/** The nodes that serve this database. Only functions of `skein_log` touch it. */
export const nodes = pgTable("nodes", {
  id: text().primaryKey(),
  /** Of the data directory, which one process at a time holds. */
  home: uuid().notNull(),
  /** Of the process. */
  instance: uuid().notNull(),
  startedAt: instant("started_at").notNull(),
  aliveUntil: instant("alive_until").notNull(),
  /** Those that it reaches. */
  runners: text().array().notNull().default([]),
});
