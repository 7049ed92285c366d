/** Ids of repeated rows, which either server takes for its own. */

/** A UUIDv7 beside the given one, which both servers take for one of their own. */
export function neighbourOf(threadId: string): string {
  return renumbered(threadId, (Number.parseInt(threadId.slice(-6), 16) + 1) % 0x1000000);
}

export function renumbered(uuid: string, number: number): string {
  return uuid.slice(0, -6) + number.toString(16).padStart(6, "0");
}
