/**
 * Ends what is open under a credential that was revoked, and what is open for a member who is not what they were, on every node.
 * Other nodes are told at once; a message may be lost, so every node also asks the database about the principals of its own connections,
 * when it hears that something has changed (`database/listening.ts`), and every so often.
 *
 * That a member has changed says nothing of a single connection: it may have been made after the change, or nothing may be different. So
 * the database is asked then too, and only who would come in differently now is closed.
 */
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import type { Bus } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { credentialId, type Principal } from "../identity/principal.ts";
import type { StaleCredential } from "../identity/stale-credentials.ts";
import type { Connections } from "./connections.ts";
import { Watch } from "./watch.ts";

export interface RevocationPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "nodes">;
  connections(): Pick<Connections, "closeOf" | "principals">;
  /** Of these principals, the credentials by which they would come in differently now. */
  stale(principals: readonly Principal[]): Promise<readonly StaleCredential[]>;
  /** What the member is called now; null: they have left. */
  nameOf(member: Membership): Promise<string | null>;
  report(problem: string, details: object): void;
}

export type Membership = Pick<Principal, "tenantId" | "userId">;

const checkEveryMs = 30_000;

const codes: Readonly<Record<StaleCredential["change"], CloseCode>> = {
  ended: closeCodes.signedOut,
  role: closeCodes.roleChanged,
};

export class Revocations {
  readonly #ports: RevocationPorts;
  readonly #watch: Watch;

  constructor(ports: RevocationPorts) {
    this.#ports = ports;
    this.#watch = new Watch({
      ...{ bus: ports.bus, subject: ports.subjects.nodes, everyMs: checkEveryMs },
      heard: (message) => this.#hear(message),
      look: () => this.check(),
    });
  }

  /** `id`: of the session or the access token. */
  revoked(id: string): void {
    this.#tell(id);
  }

  /** `ended`: the member has left the tenant. */
  memberChanged({ tenantId, userId }: Membership, change: StaleCredential["change"]): void {
    this.#tell(`${change} ${tenantId} ${userId}`);
  }

  async check(): Promise<void> {
    const principals = this.#revocable(() => true);
    if (principals.length === 0) return;
    try {
      await this.#closeStale(principals);
    } catch (err) {
      this.#ports.report("the credentials of open connections could not be checked", { err });
    }
  }

  stop(): void {
    this.#watch.stop();
  }

  #tell(message: string): void {
    this.#hear(message);
    this.#watch.tell(message);
  }

  #hear(message: string): void {
    const [change, tenantId, userId] = message.split(" ");
    if (tenantId === undefined) {
      this.#ports.connections().closeOf(({ via }) => credentialId(via) === message, codes.ended);
    } else if (userId !== undefined && (change === "ended" || change === "role")) {
      void this.#look({ tenantId, userId }, change);
    }
  }

  async #look(member: Membership, change: StaleCredential["change"]): Promise<void> {
    const isMember = ({ tenantId, userId }: Principal) => tenantId === member.tenantId && userId === member.userId;
    const principals = this.#revocable(isMember);
    if (principals.length === 0) return;
    try {
      const [name] = await Promise.all([this.#ports.nameOf(member), this.#closeStale(principals)]);
      const renamed = new Set(principals.filter((principal) => name !== null && principal.name !== name));
      this.#ports.connections().closeOf((principal) => renamed.has(principal), codes.role);
    } catch (err) {
      this.#ports.report("what has become of a member could not be read, so their connections end", { err });
      const looked = new Set(principals);
      this.#ports.connections().closeOf((principal) => looked.has(principal), codes[change]);
    }
  }

  /** Of those with open connections: what a configured token opens, nothing changes. */
  #revocable(isMeant: (principal: Principal) => boolean): readonly Principal[] {
    const { principals } = this.#ports.connections();
    return [...principals].filter((principal) => credentialId(principal.via) !== null && isMeant(principal));
  }

  /** Who has come back while the database was asked came in as they are now, and stays. */
  async #closeStale(principals: readonly Principal[]): Promise<void> {
    const asked = new Set(principals);
    for (const { id, change } of await this.#ports.stale(principals)) {
      const isMeant = (principal: Principal) => asked.has(principal) && credentialId(principal.via) === id;
      this.#ports.connections().closeOf(isMeant, codes[change]);
    }
  }
}
