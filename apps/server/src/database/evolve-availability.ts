/** Whether anything can be stored just now, as far as the node knows. */
import type { UnavailableReason } from "./database-failure.ts";

export type DatabaseStatus =
  | { readonly state: "available" }
  | {
      readonly state: "unavailable";
      readonly reason: UnavailableReason;
      /** When it began, and when something failed last: milliseconds of a monotonic clock. */
      readonly sinceMs: number;
      readonly lastFailureMs: number;
    };

export type AvailabilitySignal =
  /** A statement has failed for a reason that lies with the database. */
  | { readonly type: "failed"; readonly reason: UnavailableReason }
  /** Something was committed. */
  | { readonly type: "stored" }
  /** The database answers a question. */
  | { readonly type: "answered"; readonly readOnly: boolean };

/** A question takes no room and no rights; these are over only when nothing has failed for them for a while. */
const unseenByQuestions: ReadonlySet<UnavailableReason> = new Set([
  "diskFull",
  "outOfMemory",
  "tooManyConnections",
  "accessDenied",
  "unusable",
]);
const quietMs = 5_000;

export function evolveAvailability(status: DatabaseStatus, signal: AvailabilitySignal, nowMs: number): DatabaseStatus {
  switch (signal.type) {
    case "stored":
      return { state: "available" };
    case "failed":
      return failed(status, signal.reason, nowMs);
    case "answered":
      if (signal.readOnly) return failed(status, "readOnly", nowMs);
      if (status.state === "available") return status;
      if (unseenByQuestions.has(status.reason) && nowMs - status.lastFailureMs < quietMs) return status;
      return { state: "available" };
  }
}

function failed(status: DatabaseStatus, reason: UnavailableReason, nowMs: number): DatabaseStatus {
  const sinceMs = status.state === "unavailable" ? status.sinceMs : nowMs;
  return { state: "unavailable", reason, sinceMs, lastFailureMs: nowMs };
}
