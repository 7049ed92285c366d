import { byOperator } from "../audit/actor.ts";
import { record } from "../audit/record.ts";
import { type KeyWrapper, keyWrapperOf } from "../credential/key-wrapper.ts";
import { findOwnSecret } from "../credential/own-secret.ts";
import type { OperatorCommand, OperatorRequest } from "./command.ts";
import { Refusal } from "./refusal.ts";

interface Row {
  readonly tenant_id: string;
  readonly key_id: string;
  readonly wrapped: Uint8Array;
}

export const secretRotate: OperatorCommand = {
  name: "secret rotate",
  usage: "",
  summary:
    "wraps the keys of all tenants anew under SKEIN_SECRET; those of before are read with SKEIN_SECRET_PREVIOUS, or the data directory's own",
  options: {},
  words: 0,
  run: async (request) => {
    const { database, output } = request;
    const wrapper = await openWrapper(request);
    const rows = await database.owner<Row[]>`
      select tenant_id, key_id, wrapped from data_keys where key_id <> ${wrapper.currentKeyId} order by tenant_id`;
    for (const { tenant_id: tenantId, key_id: keyId, wrapped } of rows) {
      const key = await wrapper.unwrap({ keyId, wrapped: Buffer.from(wrapped) }, tenantId).catch((error: Error) => {
        throw new Refusal(`the key of the tenant ${tenantId} is ${error.message}`);
      });
      const next = await wrapper.wrap(key, tenantId);
      await database.withTenant(tenantId, async (sql) => {
        await sql`update data_keys set key_id = ${next.keyId}, wrapped = ${next.wrapped}
          where tenant_id = ${tenantId} and key_id = ${keyId}`;
        await record(sql, byOperator, { action: "operator.command", details: { command: "secret rotate", rows: 1 } });
      });
    }
    const [left] = await database.owner<[{ count: bigint }]>`
      select count(*) as count from data_keys where key_id <> ${wrapper.currentKeyId}`;
    output.say(`Wrapped ${rows.length} keys anew; ${left.count} are under another secret than SKEIN_SECRET.`);
    return left.count === 0n ? 0 : 1;
  },
};

async function openWrapper({ database }: OperatorRequest): Promise<KeyWrapper> {
  const [current, ...previous] = database.secrets;
  if (current === undefined) throw new Refusal("SKEIN_SECRET is not set; there is nothing to change to");
  // What a server wrapped before it was given a secret.
  const own = await findOwnSecret(database.dataDirectory);
  return keyWrapperOf([current, ...previous, ...(own === null ? [] : [own])]);
}
