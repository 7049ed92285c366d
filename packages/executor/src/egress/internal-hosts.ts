/**
 * What an operator trusts beside the public internet: hosts by name or address and networks, of this organisation or of this
 * machine. It counts for every tenant.
 */
import ipaddr from "ipaddr.js";
import { canonicalAddress } from "./classify-address.ts";
import { parseAuthority, parseHost, type Target } from "./target.ts";

export type InternalHost =
  /** Whatever the name means at the time; its answers are the operator's own. */
  | { readonly type: "name"; readonly host: string; readonly port: number | null }
  | { readonly type: "network"; readonly network: string; readonly port: number | null };

export type InternalHosts = readonly InternalHost[];

/**
 * `git.example.org, registry:5000, 10.1.0.0/16, [fd12::1]:443`, separated by commas. Throws an `Error` that quotes the
 * entry which is none.
 */
export function parseInternalHosts(text: string): InternalHosts {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(parseEntry);
}

function parseEntry(entry: string): InternalHost {
  if (ipaddr.isValidCIDR(entry)) return { type: "network", network: entry, port: null };
  const bare = canonicalAddress(entry);
  if (bare !== null) return networkOf(bare, null);
  const authority = parseAuthority(entry);
  const host = authority?.host ?? parseHost(entry);
  if (host === null) throw new Error(`${JSON.stringify(entry)} is no host, host:port, address or network`);
  const port = authority?.port ?? null;
  return canonicalAddress(host) === null ? { type: "name", host, port } : networkOf(host, port);
}

function networkOf(address: string, port: number | null): InternalHost {
  return { type: "network", network: `${address}/${address.includes(":") ? 128 : 32}`, port };
}

/** Whether the operator named this host itself, and so whatever it resolves to. */
export function isInternalName(hosts: InternalHosts, { host, port }: Target): boolean {
  return hosts.some((one) => one.type === "name" && one.host === host && (one.port ?? port) === port);
}

/** `address`: one that `canonicalAddress` made. */
export function isInternalAddress(hosts: InternalHosts, address: string, port: number): boolean {
  const parsed = ipaddr.parse(address);
  return hosts.some((one) => {
    if (one.type !== "network" || (one.port ?? port) !== port) return false;
    const network = ipaddr.parseCIDR(one.network);
    return network[0].kind() === parsed.kind() && parsed.match(network);
  });
}
