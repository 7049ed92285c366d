/** Text that says when it was written: processes of one machine share the system's clock. */

const unitsPerMs = 100;

/** Milliseconds since the epoch, with fractions. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

export function writeStamp(): string {
  return `${Math.round(preciseNow() * unitsPerMs)};`;
}

/** The whole stamps in `text`, in milliseconds since the epoch, and what may be the beginning of another. */
export function readStamps(text: string): { readonly writtenAt: readonly number[]; readonly rest: string } {
  const parts = text.split(";");
  const rest = parts.pop() ?? "";
  return { writtenAt: parts.map((stamp) => Number(stamp) / unitsPerMs), rest };
}
