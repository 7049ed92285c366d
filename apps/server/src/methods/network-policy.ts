/** What the commands of the caller's tenant may connect to. */
import { parseHostPattern, presentHostPattern } from "@skein/executor/egress/host-pattern";
import { errors } from "@skein/protocol/errors";
import type { NetworkPolicy as WireNetworkPolicy } from "@skein/protocol/methods/network-policy";
import { record } from "../audit/record.ts";
import type { WithTenant } from "../database/with-tenant.ts";
import { type NetworkPolicy, readNetworkPolicy, writeNetworkPolicy } from "../egress/network-policies.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

export function networkPolicyHandlers(
  withTenant: WithTenant,
): Handlers<"skein/network/policy/read" | "skein/network/policy/update"> {
  return {
    "skein/network/policy/read": async (_params, { principal }) =>
      present(await withTenant(principal.tenantId, readNetworkPolicy)),
    "skein/network/policy/update": async ({ mode, hosts }, call) => {
      const listed = [...new Set(hosts.map(spell))];
      const { tenantId, userId } = call.principal;
      const changed = await withTenant(tenantId, async (sql) => {
        const [policy] = await Promise.all([
          writeNetworkPolicy(sql, userId, { mode, hosts: listed }),
          record(sql, actingBy(call), { action: "networkPolicy.changed", details: { mode, hosts: listed.length } }),
        ]);
        return policy;
      });
      return present(changed);
    },
  };
}

function spell(text: string): string {
  const pattern = parseHostPattern(text);
  return pattern === null ? refuse(errors.hostPatternInvalid(text)) : presentHostPattern(pattern);
}

function present({ mode, hosts, updatedAtMs }: NetworkPolicy): WireNetworkPolicy {
  return { mode, hosts: [...hosts], updatedAt: updatedAtMs };
}
