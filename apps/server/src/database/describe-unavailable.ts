import type { UnavailableReason } from "./database-failure.ts";

const words: Readonly<Record<UnavailableReason, string>> = {
  unreachable: "the database does not answer",
  restarting: "the database is restarting",
  readOnly: "the database takes no writes",
  diskFull: "the disk of the database is full",
  tooManyConnections: "the database has no connection left",
  outOfMemory: "the database is out of memory",
  accessDenied: "the database refuses the login of the server",
  unusable: "the database does not fit this version of the server",
};

/** For people: operators read it in `/readyz`, users in a banner. */
export function describeUnavailable(reason: UnavailableReason): string {
  return words[reason];
}
