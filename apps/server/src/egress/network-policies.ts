/** The rows that say what tenants let their commands connect to. */
import { type HostPattern, parseHostPattern } from "@skein/executor/egress/host-pattern";
import type { Transaction } from "../database/pools.ts";

export interface NetworkPolicy {
  readonly mode: "off" | "listed" | "ask";
  /** As `presentHostPattern` writes them. */
  readonly hosts: readonly string[];
  /** null: nobody has changed it yet. */
  readonly updatedAtMs: number | null;
}

const nothingAllowed: NetworkPolicy = { mode: "off", hosts: [], updatedAtMs: null };

interface Row extends Pick<NetworkPolicy, "mode" | "hosts"> {
  readonly updated_at: Date;
}

export async function readNetworkPolicy(sql: Transaction): Promise<NetworkPolicy> {
  const [row] = await sql<Row[]>`
    select mode, hosts, updated_at from network_policies where tenant_id = current_tenant()`;
  return row === undefined ? nothingAllowed : policyOf(row);
}

export async function writeNetworkPolicy(
  sql: Transaction,
  userId: string,
  { mode, hosts }: Pick<NetworkPolicy, "mode" | "hosts">,
): Promise<NetworkPolicy> {
  const rows = await sql<[Row]>`
    insert into network_policies (tenant_id, mode, hosts, updated_by)
    values (current_tenant(), ${mode}, ${JSON.stringify(hosts)}::text::json, ${userId})
    on conflict (tenant_id) do update
      set mode = excluded.mode, hosts = excluded.hosts, updated_by = excluded.updated_by, updated_at = now()
    returning mode, hosts, updated_at`;
  return policyOf(rows[0]);
}

export function patternsOf({ hosts }: NetworkPolicy): readonly HostPattern[] {
  return hosts.flatMap((text) => parseHostPattern(text) ?? []);
}

function policyOf({ mode, hosts, updated_at }: Row): NetworkPolicy {
  return { mode, hosts, updatedAtMs: updated_at.getTime() };
}
