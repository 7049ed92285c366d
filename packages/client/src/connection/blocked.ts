import type { BlockedReason } from "./state.ts";

/** The server does not let this client in, and trying again by itself would not help. */
export class Blocked extends Error {
  override readonly name = "Blocked";
  readonly reason: BlockedReason;
  constructor(reason: BlockedReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
