/** Tells people what they may still use, when a call of theirs or an owner has changed it: seldom more than once a second, and only what is new. */
import type { RateLimitSnapshot } from "@skein/protocol/rate-limits";

export interface Payer {
  readonly tenantId: string;
  readonly userId: string | null;
}

export interface NewsPorts {
  /** null: nothing can be said now. */
  read(tenantId: string, userId: string): Promise<RateLimitSnapshot | null>;
  tell(tenantId: string, userId: string, limits: RateLimitSnapshot): void;
}

const quietMs = 1_000;
const maxRemembered = 10_000;

export class UsageNews {
  readonly #ports: NewsPorts;
  readonly #due = new Map<string, NodeJS.Timeout>();
  /** By tenant and person: what was told last. */
  readonly #told = new Map<string, string>();

  constructor(ports: NewsPorts) {
    this.#ports = ports;
  }

  changed({ tenantId, userId }: Payer): void {
    if (userId === null) return;
    const key = `${tenantId} ${userId}`;
    if (this.#due.has(key)) return;
    const timer = setTimeout(() => void this.#tell(key, tenantId, userId), quietMs);
    timer.unref();
    this.#due.set(key, timer);
  }

  stop(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  async #tell(key: string, tenantId: string, userId: string): Promise<void> {
    this.#due.delete(key);
    const limits = await this.#ports.read(tenantId, userId).catch(() => null);
    if (limits === null) return;
    const words = JSON.stringify(limits);
    if (this.#told.get(key) === words) return;
    if (this.#told.size >= maxRemembered) this.#told.clear();
    this.#told.set(key, words);
    this.#ports.tell(tenantId, userId, limits);
  }
}
