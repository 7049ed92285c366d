import type { DatabaseFailure } from "../database/database-failure.ts";

/** What becomes of the appends of a transaction that failed. */
export type Next =
  /** They are sent again, with whatever waits by then. */
  | "again"
  /** The failure says nothing of whose it is: each is tried by itself, so that only the offender fails. */
  | "alone"
  | "refuse"
  | "giveUp";

/** For want of memory a large append fails for ever, a small one only now. */
const maxAttemptsWithoutMemory = 5;

/** `attempts`: how often the append has failed that failed most often, this time included. */
export function decideNext(
  failure: DatabaseFailure,
  { threads, attempts }: { readonly threads: number; readonly attempts: number },
): Next {
  switch (failure.type) {
    case "data":
      return threads > 1 ? "alone" : "refuse";
    case "fatal":
      return "giveUp";
    case "conflict":
      return failure.reason === "serialization" || threads === 1 ? "again" : "alone";
    case "unavailable":
      if (failure.reason !== "outOfMemory") return "again";
      if (threads > 1) return "alone";
      return attempts < maxAttemptsWithoutMemory ? "again" : "refuse";
  }
}
