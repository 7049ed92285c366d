/** How much may come in: connections, requests and bytes, as the environment says it. Every node counts for itself. */
import { ConfigError } from "./config-error.ts";

/** So much at once, and so much more with every second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** null: without a limit. */
type Limit<T> = T | null;

export interface RateSettings {
  /** Upgrades to WebSocket, by address. */
  readonly upgrades: Limit<Rate>;
  /** Requests by HTTP, by address. */
  readonly http: Limit<Rate>;
  /** Exports and uploads, by person. */
  readonly files: Limit<Rate>;
  /** Openings of share links, by address; of one link, by whomever. */
  readonly links: { readonly address: Limit<Rate>; readonly link: Limit<Rate> };
  /** In the units of `methods/method-costs.ts`. */
  readonly requests: {
    readonly connection: Limit<Rate>;
    readonly member: Limit<Rate>;
    readonly tenant: Limit<Rate>;
    /** Of all who see a thread by one link. */
    readonly link: Limit<Rate>;
  };
  /** Bytes of one connection; what is beyond waits in the network. */
  readonly inbound: Limit<Rate>;
  /** Messages of one connection that are none. */
  readonly malformed: Limit<Rate>;
  /** Open at once. */
  readonly connections: {
    readonly node: Limit<number>;
    readonly tenant: Limit<number>;
    readonly member: Limit<number>;
    readonly link: Limit<number>;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const kibibyte = 1024;
/** A message of 16 MiB has to fit, and nobody may be held back for so long that they seem gone. */
const inboundTerms = { minBurst: 16 * kibibyte, maxSecondsToFill: 10 };

/** `accounts` false: whoever is signed in is the one person of this machine, whom nothing protects others from. Throws `ConfigError`. */
export function readRateSettings(environment: Environment, accounts: boolean): RateSettings {
  const rate = (name: string, fallback: string) => readRate(name, environment[name] || fallback);
  const count = (name: string, fallback: string) => readCount(name, environment[name] || fallback);
  const amongPeople = (fallback: string) => (accounts ? fallback : "off");
  return {
    upgrades: rate("SKEIN_RATE_UPGRADES", amongPeople("600/20")),
    http: rate("SKEIN_RATE_HTTP", amongPeople("5000/200")),
    files: rate("SKEIN_RATE_FILES", amongPeople("60/1")),
    links: {
      address: rate("SKEIN_RATE_LINKS_PER_ADDRESS", "300/5"),
      link: rate("SKEIN_RATE_LINK", "3000/50"),
    },
    requests: {
      connection: rate("SKEIN_RATE_REQUESTS_PER_CONNECTION", "2000/200"),
      member: rate("SKEIN_RATE_REQUESTS_PER_MEMBER", amongPeople("4000/250")),
      tenant: rate("SKEIN_RATE_REQUESTS_PER_TENANT", amongPeople("10000/500")),
      link: rate("SKEIN_RATE_REQUESTS_PER_LINK", "10000/500"),
    },
    inbound: readInbound(rate("SKEIN_RATE_INBOUND_KB", "65536/16384")),
    malformed: rate("SKEIN_RATE_MALFORMED", "500/5"),
    connections: {
      node: count("SKEIN_CONNECTIONS_PER_NODE", "20000"),
      tenant: count("SKEIN_CONNECTIONS_PER_TENANT", amongPeople("5000")),
      member: count("SKEIN_CONNECTIONS_PER_MEMBER", amongPeople("250")),
      link: count("SKEIN_CONNECTIONS_PER_LINK", "1000"),
    },
  };
}

/** "600/20": so many at once, and then so many in a second. */
function readRate(name: string, value: string): Limit<Rate> {
  if (value === "off") return null;
  const [, first, second] = /^(\d{1,9})\/(\d{1,9}(?:\.\d{1,6})?)$/.exec(value) ?? [];
  const [burst, perSecond] = [Number(first), Number(second)];
  if (first !== undefined && burst >= 1 && perSecond > 0) return { burst, perSecond };
  throw new ConfigError(`${name}: must be how many at once and how many in a second, e.g. 600/20, or off`);
}

function readCount(name: string, value: string): Limit<number> {
  if (value === "off") return null;
  if (/^\d{1,9}$/.test(value) && Number(value) >= 1) return Number(value);
  throw new ConfigError(`${name}: must be a whole number from 1, or off`);
}

function readInbound(kibibytes: Limit<Rate>): Limit<Rate> {
  if (kibibytes === null) return null;
  const { burst, perSecond } = kibibytes;
  const { minBurst, maxSecondsToFill } = inboundTerms;
  if (burst < minBurst || burst / perSecond > maxSecondsToFill) {
    throw new ConfigError(
      `SKEIN_RATE_INBOUND_KB: must allow ${minBurst} KiB at once, and in ${maxSecondsToFill} s as much as at once`,
    );
  }
  return { burst: burst * kibibyte, perSecond: perSecond * kibibyte };
}
