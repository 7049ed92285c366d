/** Params that a JSON Schema allows, for fast-check; ids and places are often ones that exist. */
import fc from "fast-check";

export interface Schema {
  readonly [keyword: string]: unknown;
}

/** By the name of a property: what it could be called where something is to happen. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Strings that have been somebody's trouble. */
export const hostileTexts = [
  ...["", " ", "\0", "a\0b", "\u202Etxt.exe", "\u001b]8;;http://evil.example\u0007x", "\r\nx: y", "../../etc/passwd"],
  ...["__proto__", "constructor", "toString", "'; drop table threads; --", "{{7*7}}", "%00", "%2e%2e%2f", "\ud800"],
  ...[
    "null",
    "undefined",
    "NaN",
    "1e999",
    "-0",
    "00000000-0000-0000-0000-000000000000",
    "𝕳𝖊𝖑𝖑𝖔",
    "👩‍👩‍👧‍👦",
    "x".repeat(3000),
  ],
];

const text = fc.oneof(
  { arbitrary: fc.string({ maxLength: 12, unit: "binary" }), weight: 2 },
  { arbitrary: fc.constantFrom(...hostileTexts), weight: 1 },
);
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 300 }),
  fc.constantFrom(-0, 0.5, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 63), 1e308, 5e-324),
);

export function arbitraryOf(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const definitions = (schema.$defs ?? {}) as Readonly<Record<string, Schema>>;
  return build(schema, "", 0);

  function build(part: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if (depth > 8) return fc.constant(null);
    if (typeof part.$ref === "string") {
      return build(definitions[part.$ref.split("/").at(-1) ?? ""] ?? {}, name, depth + 1);
    }
    if ("const" in part) return fc.constant(part.const);
    if (Array.isArray(part.enum)) return fc.constantFrom(...part.enum);
    const choices = part.anyOf ?? part.oneOf;
    if (Array.isArray(choices)) return fc.oneof(...choices.map((choice: Schema) => build(choice, name, depth + 1)));
    switch (part.type) {
      case "object":
        return object(part, depth);
      case "array":
        return fc.array(build((part.items ?? {}) as Schema, name, depth + 1), { maxLength: 3 });
      case "string":
        return known[name] === undefined
          ? text
          : fc.oneof(fc.constantFrom(...known[name]), fc.constantFrom(...known[name]), text);
      case "integer":
      case "number":
        return numbers;
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  function object(part: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((part.properties ?? {}) as Readonly<Record<string, Schema>>);
    const model = Object.fromEntries(properties.map(([name, of]) => [name, build(of, name, depth + 1)]));
    const more = part.additionalProperties;
    if (properties.length === 0 && typeof more === "object") {
      return fc.dictionary(text, build(more as Schema, "", depth + 1), { maxKeys: 3 });
    }
    return fc.record(model, { requiredKeys: (part.required ?? []) as string[] });
  }
}
