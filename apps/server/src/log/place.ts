/**
 * Where a page begins among rows that are ordered by a seq. On the wire it is an opaque cursor: the digits of the seq, with "=" before
 * them when the row at that place belongs to the page.
 */
export interface Place {
  readonly ordinal: number;
  readonly inclusive: boolean;
}

export interface PageRequest {
  /** null: from the end at which the direction begins. */
  readonly from: Place | null;
  readonly direction: "asc" | "desc";
  /** At least 1. */
  readonly limit: number;
  /** Of all rows only those that began after `above` and not after `through`. */
  readonly within?: { readonly above: number; readonly through: number };
}

/** Where the pages around a page begin. */
export interface PageEdges {
  /** The next page in the same direction; null: this was the last. */
  readonly next: Place | null;
  /** From this page's first row in the other direction; null: the page is empty. */
  readonly backwards: Place | null;
}

export function encodePlace({ ordinal, inclusive }: Place): string {
  return `${inclusive ? "=" : ""}${ordinal}`;
}

/** null: not a cursor of ours. */
export function parsePlace(cursor: string): Place | null {
  const match = /^(=?)(0|[1-9]\d{0,14})$/.exec(cursor);
  return match === null ? null : { ordinal: Number(match[2]), inclusive: match[1] === "=" };
}

/** `ordinals` of the rows that were found, of which the page has the first `shown`. */
export function deriveEdges(ordinals: readonly number[], shown: number): PageEdges {
  const first = ordinals[0];
  const last = ordinals[shown - 1];
  return {
    next: ordinals.length > shown && last !== undefined ? { ordinal: last, inclusive: false } : null,
    backwards: first === undefined ? null : { ordinal: first, inclusive: true },
  };
}

/** The rows with an ordinal strictly between `above` and `below` belong to the page. */
export function deriveBounds(request: PageRequest): { readonly above: number; readonly below: number } {
  const { above, below } = boundsFrom(request);
  const { within } = request;
  if (within === undefined) return { above, below };
  return { above: Math.max(above, within.above), below: Math.min(below, within.through + 1) };
}

function boundsFrom({ from, direction }: PageRequest) {
  const everything = { above: -1, below: Number.MAX_SAFE_INTEGER };
  if (from === null) return everything;
  if (direction === "asc") return { ...everything, above: from.inclusive ? from.ordinal - 1 : from.ordinal };
  return { ...everything, below: from.inclusive ? from.ordinal + 1 : from.ordinal };
}
