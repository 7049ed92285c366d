/**
 * Commands that carry a key of the client's choice take effect once: repeated, on any connection and after any restart,
 * they get their first result again. The receipt is committed together with what the command did.
 */
import { createHash } from "node:crypto";
import { errors } from "@skein/protocol/errors";
import { type Principal, principalKey } from "../identity/principal.ts";
import { type CommandReceipt, CommandRepeated } from "../log/append.ts";
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
  /** All that the command says, less its key. */
  readonly input: unknown;
}

/** `run` gets the receipt to commit, and gives the same result that the receipt holds. */
export async function firstResult<T>(
  directory: ThreadDirectory,
  command: KeyedCommand,
  result: T,
  run: (receipt: CommandReceipt) => Promise<T>,
): Promise<{ readonly result: T; readonly repeated: boolean }> {
  const receipt = receiptOf(command, result);
  const { tenantId } = command.principal;
  const known = await directory.receipt(tenantId, receipt);
  if (known === null) {
    try {
      return { result: await run(receipt), repeated: false };
    } catch (error) {
      if (!(error instanceof CommandRepeated)) throw error;
    }
  }
  // Sent before, or at the same moment on another connection.
  const first = known ?? (await directory.receipt(tenantId, receipt));
  if (first === null || first.inputHash !== receipt.inputHash) return refuse(errors.keyReused(command.field));
  return { result: first.result as T, repeated: true };
}

function receiptOf({ principal, scope, key, method, input }: KeyedCommand, result: unknown): CommandReceipt {
  const inputHash = createHash("sha256").update(JSON.stringify(input)).digest("hex");
  return { principal: principalKey(principal), scope, key, method, inputHash, result };
}
