/**
 * What keeps tenants' keys: it wraps and unwraps them and gives nothing else away. Here by keys of the configuration; a key management
 * service fits in the same place, and would see each tenant's key once per use.
 */
import { createHash, hkdfSync } from "node:crypto";
import { keyBytes, seal, unseal } from "./seal.ts";

export interface WrappedKey {
  /** Of the key that wraps it. */
  readonly keyId: string;
  readonly wrapped: Buffer;
}

export interface KeyWrapper {
  /** By which new ones are wrapped. */
  readonly currentKeyId: string;
  wrap(key: Buffer, tenantId: string): Promise<WrappedKey>;
  /** Rejects with `KeyUnknown` for one that it does not have. */
  unwrap(key: WrappedKey, tenantId: string): Promise<Buffer>;
}

/** The key by which something was wrapped is none of those that this server was given. */
export class KeyUnknown extends Error {
  override readonly name = "KeyUnknown";

  constructor(keyId: string) {
    super(`stored under the key ${keyId}, which is neither SKEIN_SECRET nor SKEIN_SECRET_PREVIOUS of this server`);
  }
}

/** `secrets`: the current one first, then those from before a change. Each has at least 32 characters. */
export function keyWrapperOf(secrets: readonly [string, ...string[]]): KeyWrapper {
  const keys = new Map<string, Buffer>(secrets.map((secret) => [keyIdOf(secret), keyOf(secret)]));
  const currentKeyId = keyIdOf(secrets[0]);
  const find = (keyId: string) => {
    const key = keys.get(keyId);
    if (key === undefined) throw new KeyUnknown(keyId);
    return key;
  };
  return {
    currentKeyId,
    wrap: async (key, tenantId) => ({ keyId: currentKeyId, wrapped: seal(find(currentKeyId), key, placeOf(tenantId)) }),
    unwrap: async ({ keyId, wrapped }, tenantId) => unseal(find(keyId), wrapped, placeOf(tenantId)),
  };
}

function placeOf(tenantId: string): readonly string[] {
  return ["data key", tenantId];
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "skein wrapping key", keyBytes));
}

/** Names the key and tells nothing of it. */
function keyIdOf(secret: string): string {
  return createHash("sha256")
    .update(Buffer.from(hkdfSync("sha256", secret, "", "skein key id", keyBytes)))
    .digest("hex")
    .slice(0, 12);
}
