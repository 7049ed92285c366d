/**
 * Ends what is open under a credential that was revoked, and what is open for a member whose role has changed, on every node.
 * Other nodes are told at once; a message may be lost, so every node also asks the database every so often about the
 * principals of its own connections.
 */
import { type CloseCode, closeCodes } from "@skein/protocol/close-codes";
import type { Bus, Unsubscribe } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import { credentialId, type Principal } from "../identity/principal.ts";
import type { StaleCredential } from "../identity/stale-credentials.ts";
import type { Connections } from "./connections.ts";

export interface RevocationPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "nodes">;
  connections(): Pick<Connections, "closeOf" | "principals">;
  /** Of these principals, the credentials by which they would come in differently now. */
  stale(principals: readonly Principal[]): Promise<readonly StaleCredential[]>;
  report(problem: string, details: object): void;
}

type Membership = Pick<Principal, "tenantId" | "userId">;

const checkEveryMs = 30_000;

const codes: Readonly<Record<StaleCredential["change"], CloseCode>> = {
  ended: closeCodes.signedOut,
  role: closeCodes.roleChanged,
};

export class Revocations {
  readonly #ports: RevocationPorts;
  readonly #leave: Unsubscribe;
  readonly #timer: NodeJS.Timeout;

  constructor(ports: RevocationPorts) {
    this.#ports = ports;
    this.#leave = ports.bus.subscribe(ports.subjects.nodes, (payload) => this.#hear(Buffer.from(payload).toString()));
    this.#timer = setInterval(() => void this.check(), checkEveryMs);
    this.#timer.unref();
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
    const principals = [...this.#ports.connections().principals].filter(({ via }) => credentialId(via) !== null);
    if (principals.length === 0) return;
    try {
      const checked = new Set(principals);
      for (const { id, change } of await this.#ports.stale(principals)) {
        // Who has come back meanwhile came in as they are now.
        const isMeant = (principal: Principal) => checked.has(principal) && credentialId(principal.via) === id;
        this.#ports.connections().closeOf(isMeant, codes[change]);
      }
    } catch (err) {
      this.#ports.report("the credentials of open connections could not be checked", { err });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#leave();
  }

  #tell(message: string): void {
    this.#hear(message);
    this.#ports.bus.publish(this.#ports.subjects.nodes, () => Buffer.from(message));
  }

  #hear(message: string): void {
    const [change, tenantId, userId] = message.split(" ");
    if (tenantId === undefined) {
      this.#ports.connections().closeOf(({ via }) => credentialId(via) === message, codes.ended);
    } else if (change === "ended" || change === "role") {
      const isMeant = (principal: Principal) => principal.tenantId === tenantId && principal.userId === userId;
      this.#ports.connections().closeOf(isMeant, codes[change]);
    }
  }
}
