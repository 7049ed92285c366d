/**
 * Columns that several tables have. The tables beside this file are what drizzle-kit makes migrations of. Roles, row level security and
 * functions are in the hand-written migrations among the generated ones. The tenant comes first in every key, so that tenants can be
 * spread over servers later; the few indexes without it serve look-ups by a secret or by a thread's id, where the tenant is the answer.
 */
import { bigint, customType, json, timestamp } from "drizzle-orm/pg-core";

/** SHA-256 of a secret; the secret itself is never stored. */
export const hash = customType<{ data: Buffer }>({ dataType: () => "bytea" });
export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
/** Where long strings were cut out of the row's JSON text, and the blobs that hold them: `[[place, sha256, bytes], …]`. Null: nowhere. */
export const bodies = () => json("bodies");
export const seq = (name: string) => bigint(name, { mode: "number" });
export const milliseconds = (name: string) => bigint(name, { mode: "number" });
export const instant = (name: string) => timestamp(name, { withTimezone: true });
export const createdAt = () => instant("created_at").notNull().defaultNow();
