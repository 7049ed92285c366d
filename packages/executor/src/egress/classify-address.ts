/**
 * Whether an address is one of the public internet's. Everything else is refused: behind it stand the machine itself, its
 * neighbours and the cloud's own services, which trust whoever can reach them. What is not known to be public is not public.
 */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type RefusedAddressReason =
  | "unspecified"
  | "loopback"
  | "private"
  | "linkLocal"
  | "carrierGradeNat"
  | "multicast"
  | "broadcast"
  | "documentation"
  | "reserved"
  /** An IPv6 address that stands for an IPv4 one: mapped, compatible, translated (NAT64), 6to4, Teredo. */
  | "embeddedIpv4"
  /** Where a cloud tells its machines their credentials. */
  | "metadata"
  | "ownInterface"
  /** No address, or one that means something on one interface only. */
  | "malformed";

export type AddressVerdict =
  | { readonly type: "public" }
  | { readonly type: "refused"; readonly reason: RefusedAddressReason };

/** Beside 169.254.169.254: of Amazon (two), Alibaba, Azure, Oracle. The fourth looks like any public address. */
const metadataAddresses = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
]);

const documentationNetworks = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"].map(
  (network) => ipaddr.parseCIDR(network),
);
const ipv4Compatible = ipaddr.IPv6.parseCIDR("::/96");
/** All that has ever been given out of IPv6. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** `own`: the addresses of this machine's interfaces, as `canonicalAddress` writes them. */
export function classifyAddress(text: string, own: ReadonlySet<string>): AddressVerdict {
  const canonical = canonicalAddress(text);
  if (canonical === null) return refused("malformed");
  if (metadataAddresses.has(canonical)) return refused("metadata");
  const address = ipaddr.parse(canonical);
  const verdict = address.kind() === "ipv4" ? classifyIpv4(address) : classifyIpv6(address as ipaddr.IPv6);
  return verdict.type === "public" && own.has(canonical) ? refused("ownInterface") : verdict;
}

/** One spelling for each address; null for what is none, and for one with a zone. Numbers in other bases are no addresses here. */
export function canonicalAddress(text: string): string | null {
  if (isIP(text) === 0 || text.includes("%")) return null;
  const address = ipaddr.parse(text);
  return address.kind() === "ipv4" ? address.toString() : (address as ipaddr.IPv6).toRFC5952String();
}

function classifyIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): AddressVerdict {
  const range = address.range();
  switch (range) {
    case "unicast":
      return { type: "public" };
    case "unspecified":
    case "loopback":
    case "private":
    case "linkLocal":
    case "carrierGradeNat":
    case "multicast":
    case "broadcast":
      return refused(range);
    default:
      return refused(isDocumentation(address) ? "documentation" : "reserved");
  }
}

function classifyIpv6(address: ipaddr.IPv6): AddressVerdict {
  const range = address.range();
  switch (range) {
    case "unspecified":
    case "loopback":
    case "linkLocal":
    case "multicast":
      return refused(range);
    case "uniqueLocal":
      return refused("private");
    case "ipv4Mapped":
    case "rfc6145":
    case "rfc6052":
    case "6to4":
    case "teredo":
      return refused("embeddedIpv4");
    case "unicast":
      if (address.match(globalUnicast)) return { type: "public" };
      return refused(address.match(ipv4Compatible) ? "embeddedIpv4" : "reserved");
    default:
      return refused(isDocumentation(address) ? "documentation" : "reserved");
  }
}

function isDocumentation(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return documentationNetworks.some((network) => network[0].kind() === address.kind() && address.match(network));
}

function refused(reason: RefusedAddressReason): AddressVerdict {
  return { type: "refused", reason };
}
