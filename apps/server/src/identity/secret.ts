import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits, in characters that need no escaping in links, cookies and headers. */
export function makeSecret(prefix = ""): string {
  return `${prefix}${randomBytes(32).toString("base64url")}`;
}

/**
 * What is stored of a secret. A plain hash is enough, because nobody can guess 256 random bits; and looking the hash up by an index
 * tells an attacker's clock nothing of the secret.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Compares in a time that does not depend on where the two differ. */
export function secretsEqual(a: string, b: string): boolean {
  return timingSafeEqual(hashSecret(a), hashSecret(b));
}
