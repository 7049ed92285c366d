import type { Actor } from "@skein/timeline/event";
import { type AuditBy, auditBy } from "../audit/actor.ts";
import { withProvenance } from "../audit/provenance.ts";
import type { MethodCall } from "./handler.ts";
import type { Caller } from "./owner/forwarded-request.ts";

type Call = Pick<MethodCall, "principal" | "connection">;

/** For whom a method acts, as the audit log keeps it. */
export function actingBy({ principal, connection }: Call): AuditBy {
  return auditBy(principal, connection.origin);
}

/** The same as the events of a thread keep it; the audit log finds the rest beside it. */
export function actorOf({ principal, connection }: Call): Actor {
  return actorOfCaller({ principal, client: connection.client, origin: connection.origin });
}

export function actorOfCaller({ principal, client, origin }: Caller): Actor {
  const actor = { memberId: principal.userId, clientName: client?.name ?? "", name: principal.name };
  return withProvenance(actor, auditBy(principal, origin));
}
