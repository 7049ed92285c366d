/** What comes before a client's command: its line in the audit log, and its way out as the tenant's policy has it. */
import { createHash } from "node:crypto";
import type { NetworkGate } from "@skein/core/ports";
import { type AuditBy, auditBy } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { judgeConnection } from "../egress/judge-connection.ts";
import { readNetworkPolicy } from "../egress/network-policies.ts";
import type { EgressLine } from "../egress/tenant-network.ts";
import type { ErrandClient } from "./errand-client.ts";
import type { ErrandCommand } from "./errand-command.ts";

export interface CommandRecords {
  readonly withTenant: WithTenant;
  /** For the audit log; nobody waits for it. */
  decided(tenantId: string, by: AuditBy, line: EgressLine): void;
}

/** null: the command has no way out. */
export async function beginCommand(
  { withTenant, decided }: CommandRecords,
  { principal, origin, client }: ErrandClient,
  workspaceId: string,
  { argv, policy }: ErrandCommand,
): Promise<NetworkGate | null> {
  const { tenantId } = principal;
  const by = auditBy(principal, origin);
  const isWanted = policy.type === "dangerFullAccess" || policy.networkAccess;
  const argvSha256 = createHash("sha256").update(JSON.stringify(argv)).digest("hex");
  const network = await withTenant(tenantId, async (sql) => {
    const isOpen = isWanted && (await readNetworkPolicy(sql)).mode !== "off";
    const details = { client: client?.name ?? "", sandbox: { type: policy.type, network: isOpen }, argvSha256 };
    await record(sql, by, { action: "command.started", subject: workspaceId, details });
    return isOpen;
  });
  return network ? openGate(withTenant, tenantId, (line) => decided(tenantId, by, line)) : null;
}

/** Without a thread there is nobody to be asked, so a host about which a person has to decide is refused. */
function openGate(withTenant: WithTenant, tenantId: string, tell: (line: EgressLine) => void): NetworkGate {
  return {
    decide: async (request) => {
      const asked = judgeConnection(await withTenant(tenantId, readNetworkPolicy), request);
      const { host: subject, port } = request;
      if (asked.type === "allow") {
        tell({ action: "egress.allowed", subject, details: { port, rule: "policy" } });
        return asked;
      }
      tell({ action: "egress.refused", subject, details: { port, reason: "policy" } });
      if (asked.type === "deny") return asked;
      const reason = `${subject}, port ${port}, needs the word of a person, who is asked about commands of threads only`;
      return { type: "deny", reason };
    },
    holds: async (request) => {
      const { type } = judgeConnection(await withTenant(tenantId, readNetworkPolicy), request);
      const { host: subject, port } = request;
      if (type !== "allow") tell({ action: "egress.ended", subject, details: { port, reason: "policy" } });
      return type === "allow";
    },
    refused: ({ host: subject, port }, _message, reason) => {
      tell({ action: "egress.refused", subject, details: { port, reason } });
    },
  };
}
