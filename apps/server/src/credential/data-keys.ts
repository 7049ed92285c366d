/** A tenant's key, under which its secrets are sealed. It is unwrapped for each use and kept nowhere. */
import { randomBytes } from "node:crypto";
import type { Transaction } from "../database/pools.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { keyBytes } from "./seal.ts";

interface Row {
  readonly key_id: string;
  readonly wrapped: Uint8Array;
}

/** Of the transaction's tenant; null: it has none yet, and so no secrets. */
export async function openDataKey(sql: Transaction, wrapper: KeyWrapper, tenantId: string): Promise<Buffer | null> {
  const [row] = await sql<Row[]>`select key_id, wrapped from data_keys where tenant_id = current_tenant()`;
  return row === undefined ? null : wrapper.unwrap({ keyId: row.key_id, wrapped: Buffer.from(row.wrapped) }, tenantId);
}

export async function ensureDataKey(sql: Transaction, wrapper: KeyWrapper, tenantId: string): Promise<Buffer> {
  const known = await openDataKey(sql, wrapper, tenantId);
  if (known !== null) return known;
  const { keyId, wrapped } = await wrapper.wrap(randomBytes(keyBytes), tenantId);
  await sql`insert into data_keys (tenant_id, key_id, wrapped) values (current_tenant(), ${keyId}, ${wrapped})
    on conflict do nothing`;
  const made = await openDataKey(sql, wrapper, tenantId);
  if (made === null) throw new Error("the tenant's key could not be kept");
  return made;
}
