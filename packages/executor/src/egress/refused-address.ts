import type { RefusedAddressReason } from "./classify-address.ts";

/** What was asked for lies where nobody is let through to. The address itself is not said: it may be of the operator's network. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
  readonly code = "ERR_REFUSED_ADDRESS";
  readonly host: string;
  readonly reason: RefusedAddressReason;

  constructor(host: string, reason: RefusedAddressReason) {
    super(`${host} leads to ${described[reason]}, which this server does not connect to`);
    this.host = host;
    this.reason = reason;
  }
}

const described: Readonly<Record<RefusedAddressReason, string>> = {
  unspecified: "no particular address",
  loopback: "the machine itself",
  private: "a private network",
  linkLocal: "a link-local address",
  carrierGradeNat: "a provider's own network",
  multicast: "a multicast address",
  broadcast: "a broadcast address",
  documentation: "an address for documentation",
  reserved: "a reserved address",
  embeddedIpv4: "an IPv4 address in an IPv6 one",
  metadata: "a cloud's metadata service",
  ownInterface: "the machine itself",
  malformed: "something that is no address",
};
