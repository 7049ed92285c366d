/**
 * Commands that carry a key of the client's choice take effect once: repeated, on any connection, on any node and after
 * any restart, they get their first result again. The receipt is committed together with what the command did, and only
 * when it did it: a command that was refused may be sent again under its key.
 */
import { createHash } from "node:crypto";
import type { CommandReceipt } from "@skein/core/ports";
import { errors } from "@skein/protocol/errors";
import { type Principal, principalKey } from "../identity/principal.ts";
import { CommandRepeated } from "../log/append.ts";
import type { ThreadDirectory } from "../thread/thread-directory.ts";
import { refuse } from "./request-error.ts";

export interface KeyedCommand {
  readonly principal: Principal;
  /** The thread, or `threadStartScope`. */
  readonly scope: string;
  readonly key: string;
  readonly method: string;
  /** The name of the parameter that holds the key. */
  readonly field: string;
  /** What has to be the same in a repeat. */
  readonly input: unknown;
}

/** The receipt to commit, once the result is known. */
export type ReceiptFor<T> = (result: T) => CommandReceipt;

export interface Carried<T> {
  readonly result: T;
  /** The command was carried out before; this is what it gave then. */
  readonly repeated: boolean;
}

/** Longer ones, which an index would refuse, are kept as their hash. */
const maxKeyChars = 200;

export class KeyedCommands {
  readonly #receipts: Pick<ThreadDirectory, "receipt">;
  /** Commands that are being carried out, by all that names them; settles when their receipt is committed, or never will be. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(receipts: Pick<ThreadDirectory, "receipt">) {
    this.#receipts = receipts;
  }

  /** `run` commits the receipt of the result that it gives. A repeat that comes meanwhile waits for it. */
  async once<T>(command: KeyedCommand, run: (receiptFor: ReceiptFor<T>) => Promise<T>): Promise<Carried<T>> {
    const identity = identityOf(command);
    const name = JSON.stringify([command.principal.tenantId, identity.scope, identity.principal, identity.key]);
    for (let first = this.#running.get(name); first !== undefined; first = this.#running.get(name)) {
      await first.catch(() => {});
    }
    const carried = this.#carryOut(command, identity, run).finally(() => this.#running.delete(name));
    this.#running.set(name, carried);
    return await carried;
  }

  async #carryOut<T>(
    command: KeyedCommand,
    identity: Omit<CommandReceipt, "result">,
    run: (receiptFor: ReceiptFor<T>) => Promise<T>,
  ): Promise<Carried<T>> {
    const { tenantId } = command.principal;
    const known = await this.#receipts.receipt(tenantId, identity);
    if (known === null) {
      try {
        return { result: await run((result) => ({ ...identity, result })), repeated: false };
      } catch (error) {
        // Another node carried it out after we had looked.
        if (!(error instanceof CommandRepeated)) throw error;
      }
    }
    const first = known ?? (await this.#receipts.receipt(tenantId, identity));
    if (first === null || first.inputHash !== identity.inputHash) return refuse(errors.keyReused(command.field));
    return { result: first.result as T, repeated: true };
  }
}

function identityOf({ principal, scope, key, method, input }: KeyedCommand): Omit<CommandReceipt, "result"> {
  const stored = key.length <= maxKeyChars ? key : `sha256:${sha256(key)}`;
  return { principal: principalKey(principal), scope, key: stored, method, inputHash: sha256(JSON.stringify(input)) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
