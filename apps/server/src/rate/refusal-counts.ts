/** What was refused since the start of this node because it was too much, by why. No tenant and no person is named. */

const reasons = [
  "upgrade",
  "http",
  "file",
  "link",
  "linkAddress",
  "connections.node",
  "connections.tenant",
  "connections.member",
  "connections.link",
  "connections.linkAddress",
  "requests.inFlight",
  "requests.connection",
  "requests.member",
  "requests.tenant",
  "requests.link",
  "malformed",
  /** Not refused: reading was held back. */
  "inbound",
] as const;

export type RefusalReason = (typeof reasons)[number];

export class RefusalCounts {
  readonly #counts = new Map<RefusalReason, number>(reasons.map((reason) => [reason, 0]));

  count(reason: RefusalReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Of each reason, also those that never came. */
  get all(): Iterable<readonly [RefusalReason, number]> {
    return this.#counts;
  }
}
