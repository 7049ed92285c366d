/** What a tenant's policy says to commands that want to connect to somewhere. It is read each time, so that a change counts at once. */
import type { NetworkRecord, TenantNetwork } from "@skein/core/ports";
import type { AuditLine } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { judgeConnection } from "./judge-connection.ts";
import { readNetworkPolicy } from "./network-policies.ts";

export type EgressLine = AuditLine<"egress.allowed"> | AuditLine<"egress.refused"> | AuditLine<"egress.ended">;

/** `decided`: given a line of the audit log for every connection that was decided about. */
export function openTenantNetwork(
  withTenant: WithTenant,
  { tenantId, threadId }: { readonly tenantId: string; readonly threadId: string },
  decided: (line: EgressLine) => void,
): TenantNetwork {
  const read = () => withTenant(tenantId, readNetworkPolicy);
  return {
    // While the database is away there is no network, which is no reason for a turn to end.
    isOpen: () =>
      read().then(
        ({ mode }) => mode !== "off",
        () => false,
      ),
    judge: async (request) => judgeConnection(await read(), request),
    record: (record) => decided(lineOf(threadId, record)),
  };
}

function lineOf(threadId: string, { itemId: item, request, verdict, by }: NetworkRecord): EgressLine {
  const { host: subject, port } = request;
  const itemId = item ?? undefined;
  const place = { threadId, subject };
  switch (verdict) {
    case "allowed":
      return { action: "egress.allowed", ...place, details: { port, rule: by, itemId } };
    case "refused":
      return { action: "egress.refused", ...place, details: { port, reason: by, itemId } };
    case "ended":
      return { action: "egress.ended", ...place, details: { port, reason: by, itemId } };
  }
}
