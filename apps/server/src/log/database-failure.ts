/**
 * `connection`: the reply was lost or the database is away; what was sent may have been committed. `conflict`: the database asks to try
 * again, nothing was written. `data`: what was sent is refused and always will be.
 */
export type DatabaseFailure = "connection" | "conflict" | "data";

/** Postgres's error classes: 08 connection, 40 rollback, 53 resources, 55 not available, 57 intervention, 58 system. */
export function classifyFailure(error: unknown): DatabaseFailure {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code)) return "connection";
  if (code.startsWith("40") || code.startsWith("55")) return "conflict";
  return ["08", "53", "57", "58"].includes(code.slice(0, 2)) ? "connection" : "data";
}
