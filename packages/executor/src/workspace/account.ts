import { readFileSync } from "node:fs";

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The local accounts; those of a directory service are not among them. */
export function readAccounts(): Account[] {
  try {
    return parseAccounts(readFileSync("/etc/passwd", "utf8"));
  } catch {
    return [];
  }
}

/** The format of passwd(5); lines that are not of it are passed over. */
export function parseAccounts(passwd: string): Account[] {
  return passwd.split("\n").flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(":");
    if (name === undefined || home === undefined || !/^\d+$/.test(uid ?? "") || !/^\d+$/.test(gid ?? "")) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

export function findAccount(accounts: readonly Account[], uid: number): Account | undefined {
  return accounts.find((account) => account.uid === uid);
}
