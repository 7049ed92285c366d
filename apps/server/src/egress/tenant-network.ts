/** What a tenant's policy says to commands that want to connect to somewhere. It is read each time, so that a change counts at once. */
import type { NetworkRecord, TenantNetwork } from "@skein/core/ports";
import type { AuditLine } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { judgeConnection } from "./judge-connection.ts";
import { readNetworkPolicy } from "./network-policies.ts";

/** `decided`: given a line of the audit log for every connection that was decided about. */
export function openTenantNetwork(
  withTenant: WithTenant,
  { tenantId, threadId }: { readonly tenantId: string; readonly threadId: string },
  decided: (line: AuditLine<"egress.allowed"> | AuditLine<"egress.refused">) => void,
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

function lineOf(threadId: string, { itemId, request, verdict, by }: NetworkRecord) {
  const { host: subject, port } = request;
  return verdict === "allowed"
    ? { action: "egress.allowed" as const, threadId, subject, details: { port, rule: by, itemId } }
    : { action: "egress.refused" as const, threadId, subject, details: { port, reason: by, itemId } };
}
