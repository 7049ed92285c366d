import type { CommandReceipt } from "@skein/core/ports";
import type { Transaction } from "../database/pools.ts";

/** The receipt of a command that was carried out, found by its key; null: none was. */
export async function findCommand(
  sql: Transaction,
  { scope, principal, key }: Pick<CommandReceipt, "scope" | "principal" | "key">,
): Promise<Pick<CommandReceipt, "method" | "inputHash" | "result"> | null> {
  const [row] = await sql<{ method: string; inputHash: string; result: unknown }[]>`
    select method, encode(input_hash, 'hex') as "inputHash", result from thread_commands
    where tenant_id = current_tenant() and scope = ${scope} and principal = ${principal} and key = ${key}`;
  return row ?? null;
}
