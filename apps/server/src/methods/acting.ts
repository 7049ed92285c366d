import { type AuditBy, auditBy } from "../audit/actor.ts";
import type { MethodCall } from "./handler.ts";

/** For whom a method acts, as the audit log keeps it. */
export function actingBy({ principal, connection }: Pick<MethodCall, "principal" | "connection">): AuditBy {
  return auditBy(principal, connection.origin);
}
