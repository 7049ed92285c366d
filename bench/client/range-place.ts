/** Where a range frame ends, without parsing it: `to` stands before the events. null: the message is something else. */
export function rangeEnd(message: Buffer): number | null {
  const match = /^\{"method":"skein\/thread\/events".*?"to":(\d+)/.exec(message.toString("latin1", 0, 200));
  return match === null ? null : Number(match[1]);
}
