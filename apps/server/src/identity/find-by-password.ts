/** Whose e-mail address and password these are. Each try counts, wherever it is made. */
import type { Sql } from "../database/pools.ts";
import { emailKey } from "./email.ts";
import { isOutdated, type Passwords } from "./password.ts";
import { hashSecret, makeSecret } from "./secret.ts";
import { type Bucket, deriveBuckets, takeAttempts } from "./sign-in-attempts.ts";

export interface PasswordTry {
  readonly email: string;
  readonly password: string;
  /** As `bucketAddress` has it. */
  readonly address: string;
  /** The cookie by which a browser is known; null: it has none. */
  readonly deviceToken: string | null;
}

export type FoundByPassword =
  | {
      readonly type: "right";
      readonly key: string;
      /** The hash in the database, by which it is told that the password was right. */
      readonly stored: string;
      /** By which the browser is known from now on. */
      readonly deviceToken: string;
      readonly deviceHash: Buffer;
      /** What was counted; to be given back. */
      readonly buckets: readonly Bucket[];
    }
  /** `isTaken`: the address has an account, with another password or none. */
  | { readonly type: "wrong"; readonly isTaken: boolean; readonly buckets: readonly Bucket[] }
  | { readonly type: "tooOften"; readonly retryAfterSeconds: number };

/**
 * Rejects with `PasswordsBusy`. What is asked of the database and computed is the same whether there is such an account or not,
 * unless the password is right.
 */
export async function findByPassword(app: Sql, passwords: Passwords, asked: PasswordTry): Promise<FoundByPassword> {
  const key = emailKey(asked.email);
  const deviceToken = asked.deviceToken ?? makeSecret();
  const deviceHash = hashSecret(deviceToken);
  const [account] = await app<{ password_hash: string | null; known_device: boolean }[]>`
    select * from find_account(${key}, ${deviceHash})`;
  const isKnown = account?.known_device === true;
  const knownDevice = isKnown ? deviceHash.toString("hex") : null;
  const buckets = deriveBuckets({ emailKey: key, address: asked.address, knownDevice });
  const wait = await takeAttempts(app, buckets);
  if (wait > 0) return { type: "tooOften", retryAfterSeconds: Math.ceil(wait) };
  const stored = account?.password_hash ?? null;
  const isRight = await passwords.matches(stored, asked.password, isKnown);
  if (!isRight || stored === null) return { type: "wrong", isTaken: account !== undefined, buckets };
  const current = await renew(app, passwords, { key, stored, password: asked.password });
  return { type: "right", key, stored: current, deviceToken, deviceHash, buckets };
}

/** A hash of earlier parameters is made anew, now that the password is known. Gives the one that is in the database. */
async function renew(
  app: Sql,
  passwords: Passwords,
  { key, stored, password }: { readonly key: string; readonly stored: string; readonly password: string },
): Promise<string> {
  if (!isOutdated(stored)) return stored;
  const renewed = await passwords.hash(password);
  const [row] = await app<[{ renewed: boolean }]>`
    select renew_password_hash(${key}, ${stored}, ${renewed}) as renewed`;
  return row.renewed ? renewed : stored;
}
