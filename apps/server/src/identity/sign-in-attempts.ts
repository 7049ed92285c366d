/**
 * How often a sign-in may be tried. Buckets are kept in the database, so they count on all nodes together.
 *
 * A browser in which the person has signed in before has a bucket of its own, and nothing else counts for it: whoever tries
 * passwords from elsewhere uses up what strangers have, not what the owner has. A stranger's attempt is counted for where it
 * comes from and for the account that it names, whether there is such an account or not.
 */
import { isIPv6 } from "node:net";
import type { Sql } from "../database/pools.ts";
import { hashSecret } from "./secret.ts";

/** Key, how many attempts it holds, and seconds until one comes back. */
export type Bucket = readonly [key: string, burst: number, everySeconds: number];

export interface Attempt {
  /** Of the account, as `emailKey` has it. */
  readonly emailKey: string;
  /** The client's, as `bucketAddress` has it. */
  readonly address: string;
  /** Of a browser in which this very person has signed in before; null: it is none. */
  readonly knownDevice: string | null;
}

export function deriveBuckets({ emailKey, address, knownDevice }: Attempt): readonly Bucket[] {
  if (knownDevice !== null) return [bucket(`device ${knownDevice} ${emailKey}`, 10, 30)];
  return [addressBucket(address), bucket(`account ${emailKey}`, 10, 300)];
}

/** For what is tried without the name of an account: links and invitations. */
export function addressBucket(address: string): Bucket {
  return bucket(`address ${address}`, 30, 20);
}

/** Each asks a server of the tenant's choosing something. */
export function credentialTestBucket(tenantId: string, userId: string): Bucket {
  return bucket(`credential test ${tenantId} ${userId}`, 5, 12);
}

/** Whoever has one address of IPv6 has the 2^64 beside it too. */
export function bucketAddress(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.replace(/%.*$/, "").split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(Math.max(0, missing)).fill("0"), ...groups(tail ?? "")];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** Takes one from each, or none: then it gives the seconds after which it is worth trying again. */
export async function takeAttempts(app: Sql, buckets: readonly Bucket[]): Promise<number> {
  const [row] = await app<[{ wait: number }]>`select take_attempts(${JSON.stringify(buckets)}::text::json) as wait`;
  return row.wait;
}

/** What was right does not count. */
export async function giveAttemptsBack(app: Sql, buckets: readonly Bucket[]): Promise<void> {
  await app`select give_attempts_back(${JSON.stringify(buckets)}::text::json)`;
}

function bucket(name: string, burst: number, everySeconds: number): Bucket {
  return [hashSecret(name).toString("hex"), burst, everySeconds];
}
