/**
 * Where params hold text that Postgres cannot keep as it is, a NUL or half of a surrogate pair: the field's name, or
 * null. A message's own words may hold both, because they are kept as JSON. Without recursion: a client may nest as deep
 * as it likes.
 */
export function findUnstorable(params: unknown): string | null {
  const left: (readonly [field: string, value: unknown])[] = entriesOf(params).filter(([field]) => field !== "input");
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [field, value] = next;
    if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) return field;
    for (const [name, inner] of entriesOf(value)) left.push([Array.isArray(value) ? field : `${field}.${name}`, inner]);
  }
  return null;
}

function entriesOf(value: unknown): (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
