/** Who may come in, and from where: what the configuration says of accounts, providers and proxies. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { ConfigError } from "./config-error.ts";

/** A provider of OpenID Connect, whom the operator trusts to say who somebody is. */
export interface ProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** On the button. */
  readonly name: string;
}

/** Whose `X-Forwarded-For` counts: nobody's, that of whoever connects, or that of these addresses and networks. */
export type TrustedProxies = "none" | "whoeverConnects" | readonly string[];

export interface AccountValues {
  readonly HOST: string;
  readonly SKEIN_ACCOUNTS: boolean;
  readonly SKEIN_PUBLIC_URL?: string | undefined;
  readonly SKEIN_ACCESS_TOKEN?: string | undefined;
  readonly SKEIN_TRUST_PROXY?: string | undefined;
  readonly SKEIN_OIDC_ISSUER?: string | undefined;
  readonly SKEIN_OIDC_CLIENT_ID?: string | undefined;
  readonly SKEIN_OIDC_CLIENT_SECRET?: string | undefined;
  readonly SKEIN_OIDC_NAME?: string | undefined;
}

const loopbackHosts = new Set(["127.0.0.1", "::1", "localhost"]);

export function readAccountSettings(values: AccountValues) {
  checkHost(values);
  if (values.SKEIN_ACCOUNTS && values.SKEIN_ACCESS_TOKEN !== undefined) {
    throw new ConfigError(
      "SKEIN_ACCESS_TOKEN: with accounts it would be nobody's; make an access token in the settings",
    );
  }
  return {
    accounts: values.SKEIN_ACCOUNTS,
    provider: readProvider(values),
    trustedProxies: readTrustedProxies(values.SKEIN_TRUST_PROXY),
  };
}

function checkHost({ HOST, SKEIN_ACCOUNTS, SKEIN_PUBLIC_URL }: AccountValues): void {
  if (loopbackHosts.has(HOST)) return;
  if (!SKEIN_ACCOUNTS) {
    throw new ConfigError(`HOST: ${HOST} is not a loopback address; without accounts Skein serves this machine only`);
  }
  if (SKEIN_PUBLIC_URL === undefined) {
    throw new ConfigError(`SKEIN_PUBLIC_URL: must be set to the address that people use when HOST is ${HOST}`);
  }
}

const providerNames = ["SKEIN_OIDC_ISSUER", "SKEIN_OIDC_CLIENT_ID", "SKEIN_OIDC_CLIENT_SECRET"] as const;

function readProvider(values: AccountValues): ProviderConfig | null {
  const [issuer, clientId, clientSecret] = providerNames.map((name) => values[name]);
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const given = providerNames.find((name) => values[name] !== undefined);
    const missing = providerNames.find((name) => values[name] === undefined);
    if (given !== undefined) throw new ConfigError(`${missing}: must be set, as ${given} is`);
    return null;
  }
  if (!values.SKEIN_ACCOUNTS) throw new ConfigError("SKEIN_OIDC_ISSUER: needs SKEIN_ACCOUNTS=on");
  const { protocol, hostname } = new URL(issuer);
  // Whoever can change what is on the way could say who somebody is.
  if (protocol !== "https:" && !loopbackHosts.has(hostname.replace(/^\[|\]$/g, ""))) {
    throw new ConfigError("SKEIN_OIDC_ISSUER: must be an https address");
  }
  return { issuer, clientId, clientSecret, name: values.SKEIN_OIDC_NAME ?? hostname };
}

function readTrustedProxies(value = "off"): TrustedProxies {
  if (value === "off") return "none";
  if (value === "on") return "whoeverConnects";
  const networks = value.split(",").map((network) => network.trim());
  const wrong = networks.find((network) => !isNetwork(network));
  if (wrong === undefined) return networks;
  throw new ConfigError(`SKEIN_TRUST_PROXY: must be on, off, or addresses and networks joined by commas, not ${wrong}`);
}

function isNetwork(text: string): boolean {
  const [address = "", prefix] = text.split("/");
  if (isIP(address) === 0) return false;
  if (prefix === undefined) return true;
  try {
    new BlockList().addSubnet(address, Number(prefix), isIPv6(address) ? "ipv6" : "ipv4");
    return /^\d+$/.test(prefix);
  } catch {
    return false;
  }
}
