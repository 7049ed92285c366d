/**
 * Ends what is open by a link that leads nowhere any more: at once on every node when it is revoked, and within half a second when it has
 * expired, its thread is gone, or the word of a revocation was lost. While nobody views anything nothing is asked.
 */
import { closeCodes } from "@skein/protocol/close-codes";
import type { Bus } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Principal } from "../identity/principal.ts";
import type { Connections } from "./connections.ts";
import { Watch } from "./watch.ts";

export interface ShareWatchPorts {
  readonly bus: Bus;
  readonly subjects: Pick<Subjects, "nodes">;
  connections(): Pick<Connections, "closeOf" | "principals">;
  /** Of these links those that have ended. */
  ended(links: readonly OpenLink[]): Promise<readonly string[]>;
}

export interface OpenLink {
  readonly tenantId: string;
  readonly linkId: string;
}

export const checkEveryMs = 500;
/** Beside what `Revocations` says on the same subject. */
const word = "share";

export class ShareWatch {
  readonly #ports: ShareWatchPorts;
  readonly #watch: Watch;
  #running: Promise<void> | null = null;

  constructor(ports: ShareWatchPorts) {
    this.#ports = ports;
    this.#watch = new Watch({
      ...{ bus: ports.bus, subject: ports.subjects.nodes, everyMs: checkEveryMs },
      heard: (message) => {
        const [said, linkId] = message.split(" ");
        if (said === word && linkId !== undefined) this.#close(linkId);
      },
      look: () => this.check(),
    });
  }

  revoked(linkId: string): void {
    this.#close(linkId);
    this.#watch.tell(`${word} ${linkId}`);
  }

  /** One that takes longer than the pause between two is not overtaken. */
  check(): Promise<void> {
    this.#running ??= this.#check().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  stop(): void {
    this.#watch.stop();
  }

  async #check(): Promise<void> {
    const links = new Map([...this.#ports.connections().principals].flatMap(linkOf));
    if (links.size === 0) return;
    try {
      for (const linkId of await this.#ports.ended([...links.values()])) this.#close(linkId);
    } catch {
      // The database is away, and whoever needs it says so. The next check looks again.
    }
  }

  #close(linkId: string): void {
    const isMeant = ({ via }: Principal) => via.type === "shareLink" && via.share.linkId === linkId;
    this.#ports.connections().closeOf(isMeant, closeCodes.shareEnded);
  }
}

function linkOf({ tenantId, via }: Principal): [string, OpenLink][] {
  if (via.type !== "shareLink") return [];
  const { linkId } = via.share;
  return [[linkId, { tenantId, linkId }]];
}
