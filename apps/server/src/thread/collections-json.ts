/**
 * Values with maps and sets as JSON text and back. An object that could be taken for one of the three marks is marked
 * itself, so every value comes back as it was, whatever its keys.
 */

type Marked =
  | { readonly $map: readonly [unknown, unknown][] }
  | { readonly $set: readonly unknown[] }
  | { readonly $object: readonly [string, unknown][] };

/** `value`: of plain objects, arrays, maps, sets and what JSON holds. */
export function stringifyCollections(value: unknown): string {
  return JSON.stringify(marked(value));
}

export function parseCollections(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(parseCollections);
  if (isMarked(json)) {
    if ("$map" in json)
      return new Map(json.$map.map(([key, value]) => [parseCollections(key), parseCollections(value)]));
    if ("$set" in json) return new Set(json.$set.map(parseCollections));
    return Object.fromEntries(json.$object.map(([key, value]) => [key, parseCollections(value)]));
  }
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, parseCollections(value)]));
}

function marked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(marked);
  if (value instanceof Map) return { $map: [...value].map(([key, entry]) => [marked(key), marked(entry)]) };
  if (value instanceof Set) return { $set: [...value].map(marked) };
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, marked(entry)]);
  return entries.some(([key]) => key.startsWith("$")) ? { $object: entries } : Object.fromEntries(entries);
}

function isMarked(json: object): json is Marked {
  return Object.keys(json)[0]?.startsWith("$") === true;
}
