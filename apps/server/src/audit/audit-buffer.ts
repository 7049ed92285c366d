/**
 * Lines of what has no transaction of its own: a sign-in that was refused, a decision of the egress proxy. Nobody waits for them. They are
 * written together a moment later; what comes faster than it can be written is dropped and counted, and the log says how much.
 */
import type { Transaction } from "../database/pools.ts";
import { type AuditBy, bySystem, type Origin } from "./actor.ts";
import type { AuditAction, DetailsOf } from "./catalogue.ts";
import { encodeDetails } from "./catalogue.ts";
import { type AuditLine, cut, record } from "./record.ts";

export interface AuditBufferPorts {
  withTenant<T>(tenantId: string, work: (sql: Transaction) => Promise<T>): Promise<T>;
  /** `lines`: JSON, as the function of the database takes it. */
  recordRefusedSignIns(lines: string): Promise<unknown>;
  failed(reason: unknown, waiting: number): void;
}

interface Waiting {
  readonly by: AuditBy;
  readonly line: AuditLine;
}

/** A tenant that is told of too much loses its own lines only. */
const maxPerTenant = 1_000;
const maxTenants = 1_000;
const maxRefusedSignIns = 1_000;
const pauseMs = 200;

export class AuditBuffer {
  readonly #ports: AuditBufferPorts;
  #tenants = new Map<string, Waiting[]>();
  #refusedSignIns: string[] = [];
  readonly #dropped = new Map<string, number>();
  #droppedCount = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #isClosed = false;

  constructor(ports: AuditBufferPorts) {
    this.#ports = ports;
  }

  /** Of this process, since its start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  offer<A extends AuditAction>(tenantId: string, by: AuditBy, line: AuditLine<A>): void {
    const waiting = this.#tenants.get(tenantId) ?? [];
    const isFull = waiting.length >= maxPerTenant || (waiting.length === 0 && this.#tenants.size >= maxTenants);
    if (this.#isClosed || isFull) {
      this.#drop(tenantId);
      return;
    }
    waiting.push({ by, line: line as unknown as AuditLine });
    this.#tenants.set(tenantId, waiting);
    this.#schedule();
  }

  /** `emailKey`: of the address that was typed; the tenants of whoever has it are told. */
  refusedSignIn(emailKey: string, reason: DetailsOf<"signIn.refused">["reason"], origin: Origin): void {
    if (this.#isClosed || this.#refusedSignIns.length >= maxRefusedSignIns) {
      this.#droppedCount += 1;
      return;
    }
    const action = "signIn.refused";
    const { address, userAgent } = cut(origin);
    this.#refusedSignIns.push(
      JSON.stringify([emailKey, action, encodeDetails(action, { reason }), address, userAgent]),
    );
    this.#schedule();
  }

  /** Writes what waits, as far as the database takes it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #drop(tenantId: string): void {
    this.#droppedCount += 1;
    if (this.#dropped.has(tenantId) || this.#dropped.size < maxTenants) {
      this.#dropped.set(tenantId, (this.#dropped.get(tenantId) ?? 0) + 1);
    }
  }

  #schedule(): void {
    if (this.#timer !== null || this.#writing !== null || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        if (this.#tenants.size > 0 || this.#refusedSignIns.length > 0) this.#schedule();
      });
    }, pauseMs);
    this.#timer.unref();
  }

  /** What could not be written waits for the next time, in front of what came meanwhile. */
  async #write(): Promise<void> {
    const [tenants, refused] = [this.#tenants, this.#refusedSignIns];
    this.#tenants = new Map();
    this.#refusedSignIns = [];
    for (const [tenantId, waiting] of tenants) {
      await this.#writeTenant(tenantId, waiting).catch((reason: unknown) => {
        this.#ports.failed(reason, waiting.length);
        this.#keep(tenantId, waiting);
      });
    }
    if (refused.length === 0) return;
    await this.#ports.recordRefusedSignIns(`[${refused.join(",")}]`).catch((reason: unknown) => {
      this.#ports.failed(reason, refused.length);
      this.#refusedSignIns = [...refused, ...this.#refusedSignIns].slice(0, maxRefusedSignIns);
    });
  }

  async #writeTenant(tenantId: string, waiting: readonly Waiting[]): Promise<void> {
    const dropped = this.#dropped.get(tenantId) ?? 0;
    await this.#ports.withTenant(tenantId, async (sql) => {
      await Promise.all(waiting.map(({ by, line }) => record(sql, by, line)));
      if (dropped > 0) await record(sql, bySystem, { action: "audit.dropped", details: { lines: dropped } });
    });
    const left = (this.#dropped.get(tenantId) ?? 0) - dropped;
    if (left > 0) this.#dropped.set(tenantId, left);
    else this.#dropped.delete(tenantId);
  }

  #keep(tenantId: string, waiting: readonly Waiting[]): void {
    const all = [...waiting, ...(this.#tenants.get(tenantId) ?? [])];
    for (let excess = all.length - maxPerTenant; excess > 0; excess -= 1) this.#drop(tenantId);
    this.#tenants.set(tenantId, all.slice(0, maxPerTenant));
  }
}
