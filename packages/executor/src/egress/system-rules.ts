import { Resolver, lookup as systemLookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { canonicalAddress } from "./classify-address.ts";
import type { InternalHosts } from "./internal-hosts.ts";
import type { EgressRules } from "./resolve-target.ts";

/** The rules of this machine, with its name servers and its interfaces. */
export function createSystemRules(internal: InternalHosts): EgressRules {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return {
    internal,
    ownAddresses,
    // The system's own resolver knows the operator's hosts file, but it works in the few threads that also read files: names
    // that tenants choose, whose servers may take their time, must not occupy those.
    lookup: (name, trusted) => (trusted ? lookupSystem(name) : lookupServers(resolver, name)),
  };
}

async function lookupSystem(name: string): Promise<readonly string[]> {
  return (await systemLookup(name, { all: true })).map(({ address }) => address);
}

/** Either family may have no answer; both without one are an error. */
async function lookupServers(resolver: Resolver, name: string): Promise<readonly string[]> {
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  if (ipv4.status === "rejected" && ipv6.status === "rejected") throw ipv4.reason;
  return [ipv4, ipv6].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

function ownAddresses(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return new Set(addresses.flatMap(({ address }) => canonicalAddress(address.replace(/%.*$/, "")) ?? []));
}
