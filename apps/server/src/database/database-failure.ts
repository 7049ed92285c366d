/** What went wrong with the database, from its SQLSTATE or the driver's code, and what that says of the statement that was sent. */

/** Why nothing can be stored for now; people and operators are told by these names. */
export type UnavailableReason =
  | "unreachable"
  | "restarting"
  | "readOnly"
  | "diskFull"
  | "tooManyConnections"
  | "outOfMemory"
  | "accessDenied"
  | "unusable";

export type DatabaseFailure =
  /** The database is away or has no room; it is worth waiting for. `ambiguous`: what was sent may have been committed. */
  | { readonly type: "unavailable"; readonly reason: UnavailableReason; readonly ambiguous: boolean }
  /** Others were in the way and nothing was written: again, at once. */
  | { readonly type: "conflict"; readonly reason: "serialization" | "deadlock" | "locked" | "cancelled" }
  /** What was sent is refused, and always will be. */
  | { readonly type: "data" }
  /** The database answers, but it is not the one this program was written for; waiting does not help, an operator must act. */
  | { readonly type: "fatal"; readonly reason: "unusable" };

const away = (reason: UnavailableReason): DatabaseFailure => ({ type: "unavailable", reason, ambiguous: false });
const lost = (reason: UnavailableReason): DatabaseFailure => ({ type: "unavailable", reason, ambiguous: true });
const data: DatabaseFailure = { type: "data" };
const fatal: DatabaseFailure = { type: "fatal", reason: "unusable" };

/**
 * By SQLSTATE, or by its first two characters where the whole class means the same. An error that Postgres answers with has undone the
 * statement, with few exceptions: a session that is ended while it waits for a replica has committed already.
 */
const byState: Readonly<Record<string, DatabaseFailure>> = {
  "08": lost("unreachable"),
  // A connection that is refused has sent nothing.
  "08001": away("unreachable"),
  "08004": away("unreachable"),
  // The program and the database disagree about the protocol, not about the network.
  "08P01": fatal,
  "0A": fatal,
  "0L": fatal,
  "0P": fatal,
  "21": data,
  "22": data,
  "23": data,
  // A transaction in a state that the program did not expect; a standby and a full disk make it read only.
  "25": fatal,
  "25006": away("readOnly"),
  "25P03": lost("unreachable"),
  "25P04": { type: "conflict", reason: "cancelled" },
  "26": fatal,
  "28": away("accessDenied"),
  "2D": fatal,
  "34": fatal,
  "3D": away("accessDenied"),
  "3F": fatal,
  "40": { type: "conflict", reason: "serialization" },
  "40003": lost("unreachable"),
  "40P01": { type: "conflict", reason: "deadlock" },
  "42": fatal,
  "44": data,
  "53": away("outOfMemory"),
  "53100": away("diskFull"),
  "53300": away("tooManyConnections"),
  "54": data,
  "55": { type: "conflict", reason: "locked" },
  "57": lost("restarting"),
  "57014": { type: "conflict", reason: "cancelled" },
  "57P03": away("restarting"),
  "57P04": away("accessDenied"),
  "58": lost("unreachable"),
  "58030": away("diskFull"),
  F0: fatal,
  HV: fatal,
  P0: data,
  // A damaged page is the trouble of one thread; the others must not wait for it.
  XX: data,
};

/** The driver's own codes and those of sockets, which say that no reply came. */
const byDriverCode: Readonly<Record<string, DatabaseFailure>> = {
  ECONNREFUSED: away("unreachable"),
  ENOENT: away("unreachable"),
  ENOTFOUND: away("unreachable"),
  EAI_AGAIN: away("unreachable"),
  EHOSTUNREACH: away("unreachable"),
  ENETUNREACH: away("unreachable"),
  CONNECT_TIMEOUT: away("unreachable"),
  ECONNRESET: lost("unreachable"),
  EPIPE: lost("unreachable"),
  ETIMEDOUT: lost("unreachable"),
  CONNECTION_CLOSED: lost("unreachable"),
  CONNECTION_DESTROYED: lost("unreachable"),
  CONNECTION_ENDED: lost("unreachable"),
};

/**
 * An error without a code that is known comes from the program, not from the database: sending the same again fails the same way.
 */
export function classifyFailure(error: unknown): DatabaseFailure {
  return findDatabaseFailure(error) ?? data;
}

/** This program has closed its connections itself, since it stops: the database may be as well as ever. */
export function isOfClosedPool(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "CONNECTION_ENDED";
}

/** null: not an error of the database or of the way to it. */
export function findDatabaseFailure(error: unknown): DatabaseFailure | null {
  const { code } = (typeof error === "object" && error !== null ? error : {}) as { code?: unknown };
  if (typeof code !== "string") return null;
  if (Object.hasOwn(byDriverCode, code)) return byDriverCode[code] ?? null;
  if (!/^[0-9A-Z]{5}$/.test(code) || !("severity" in (error as object))) return null;
  return byState[code] ?? byState[code.slice(0, 2)] ?? data;
}
