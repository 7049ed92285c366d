/**
 * How often and how much may come in at this node: by address before anybody is known, by person and tenant afterwards, and by
 * share link for those who come by one. Who meets a limit takes nothing from others' limits, and is refused before anything is
 * asked of the database.
 */
import type { RateSettings } from "../config-rates.ts";
import type { Principal } from "../identity/principal.ts";
import { bucketAddress } from "../identity/sign-in-attempts.ts";
import { Buckets } from "./buckets.ts";
import { Intake, type IntakeTerms, type SharedLimit } from "./intake.ts";
import { OpenCounts } from "./open-counts.ts";
import type { RefusalCounts } from "./refusal-counts.ts";

/** Where there is no room for one more connection. */
export type FullPlace = "node" | "tenant" | "member" | "link" | "linkAddress";

export type Entering =
  /** `leave`: the connection is gone; counts once. */
  { readonly type: "entered"; readonly leave: () => void } | { readonly type: "full"; readonly place: FullPlace };

/** What an address is charged for a link that leads nowhere, beside its opening. */
const missedLinkCost = 9;
/** Of the places that a link has, one address gets this part. */
const addressesPerLink = 10;

export class Rates {
  readonly #settings: RateSettings;
  readonly #refusals: RefusalCounts;
  readonly #terms: IntakeTerms;
  readonly #upgrades: Buckets;
  readonly #http: Buckets;
  readonly #files: Buckets;
  readonly #linkAddresses: Buckets;
  readonly #links: Buckets;
  readonly #members: Buckets;
  readonly #tenants: Buckets;
  readonly #linkRequests: Buckets;
  readonly #open = new OpenCounts();

  /** `now`: ms of a clock that never goes back. */
  constructor(settings: RateSettings, refusals: RefusalCounts, now: () => number) {
    this.#settings = settings;
    this.#refusals = refusals;
    const { requests, inbound, malformed, links } = settings;
    this.#terms = { requests: requests.connection, inbound, malformed, now };
    this.#upgrades = new Buckets(settings.upgrades, now);
    this.#http = new Buckets(settings.http, now);
    this.#files = new Buckets(settings.files, now);
    this.#linkAddresses = new Buckets(links.address, now);
    this.#links = new Buckets(links.link, now);
    this.#members = new Buckets(requests.member, now);
    this.#tenants = new Buckets(requests.tenant, now);
    this.#linkRequests = new Buckets(requests.link, now);
  }

  /** What follows gives ms: 0 lets it pass, more is when it is worth trying again. */
  upgrade(ip: string): number {
    return this.#counted("upgrade", this.#upgrades.take(bucketAddress(ip), 1));
  }

  http(ip: string): number {
    return this.#counted("http", this.#http.take(bucketAddress(ip), 1));
  }

  /** An export or an upload. */
  file(principal: Principal): number {
    const { via } = principal;
    const key = via.type === "shareLink" ? `link ${via.share.linkId}` : memberKey(principal);
    return this.#counted("file", this.#files.take(key, 1));
  }

  /** Somebody comes with the secret of a link, whatever it is worth. */
  linkTried(ip: string): number {
    return this.#counted("linkAddress", this.#linkAddresses.take(bucketAddress(ip), 1));
  }

  linkMissed(ip: string): void {
    this.#linkAddresses.spend(bucketAddress(ip), missedLinkCost);
  }

  linkFound(linkId: string): number {
    return this.#counted("link", this.#links.take(linkId, 1));
  }

  enter(principal: Principal, ip: string): Entering {
    const { node, tenant, member, link } = this.#settings.connections;
    const { tenantId, via } = principal;
    const places = [{ name: "node", key: "node", max: node } as const];
    const entry =
      via.type === "shareLink"
        ? this.#open.enter<FullPlace>([
            ...places,
            { name: "tenant", key: `viewers ${tenantId}`, max: tenant },
            { name: "link", key: `link ${via.share.linkId}`, max: link },
            {
              name: "linkAddress",
              key: `link ${via.share.linkId} ${bucketAddress(ip)}`,
              max: link === null ? null : Math.ceil(link / addressesPerLink),
            },
          ])
        : this.#open.enter<FullPlace>([
            ...places,
            { name: "tenant", key: `tenant ${tenantId}`, max: tenant },
            { name: "member", key: `member ${memberKey(principal)}`, max: member },
          ]);
    if (entry.type === "entered") return entry;
    this.#refusals.count(`connections.${entry.name}`);
    return { type: "full", place: entry.name };
  }

  /** For one connection. */
  intake(principal: Principal): Intake {
    return new Intake(this.#terms, this.#sharedBy(principal));
  }

  /** Viewers take nothing from the tenant whose thread they see. */
  #sharedBy(principal: Principal): readonly SharedLimit[] {
    const { tenantId, via } = principal;
    if (via.type === "shareLink") return [{ limit: "link", buckets: this.#linkRequests, key: via.share.linkId }];
    return [
      { limit: "member", buckets: this.#members, key: memberKey(principal) },
      { limit: "tenant", buckets: this.#tenants, key: tenantId },
    ];
  }

  #counted(reason: "upgrade" | "http" | "file" | "linkAddress" | "link", waitMs: number): number {
    if (waitMs > 0) this.#refusals.count(reason);
    return waitMs;
  }
}

function memberKey({ tenantId, userId }: Principal): string {
  return `${tenantId} ${userId}`;
}
