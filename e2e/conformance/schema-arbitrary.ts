/** Values that a JSON Schema allows, for property tests. */
import fc from "fast-check";
import type { JsonSchema } from "./json-schema.ts";

/** By the last part of the reference: "#/definitions/Turn" is "Turn". */
export type Definitions = Readonly<Record<string, JsonSchema>>;

/** Below this depth lists are empty, optional members absent and the first alternative is taken, so that recursion ends. */
const maxDepth = 7;

/** With members that the schema does not name wherever it allows them. */
export function arbitraryOf(schema: JsonSchema | true, definitions: Definitions): fc.Arbitrary<unknown> {
  return build(schema, definitions, 0);
}

function build(schema: JsonSchema | boolean, definitions: Definitions, depth: number): fc.Arbitrary<unknown> {
  if (typeof schema === "boolean") return fc.jsonValue();
  if (schema.$ref !== undefined) return build(resolve(schema.$ref, definitions), definitions, depth);
  if (schema.allOf !== undefined) return merge(schema.allOf, definitions, depth);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return buildUnion(schema, alternatives, definitions, depth);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.type === undefined) return fc.jsonValue();
  const types = typeof schema.type === "string" ? [schema.type] : schema.type;
  return fc.oneof(...types.map((type) => buildType(type, schema, definitions, depth)));
}

/** Members beside `anyOf` hold for every alternative. */
function buildUnion(
  schema: JsonSchema,
  alternatives: readonly JsonSchema[],
  definitions: Definitions,
  depth: number,
): fc.Arbitrary<unknown> {
  const taken = depth > maxDepth ? alternatives.slice(0, 1) : alternatives;
  const { anyOf, oneOf, ...common } = schema;
  if (common.properties === undefined) return fc.oneof(...taken.map((one) => build(one, definitions, depth + 1)));
  return fc.oneof(...taken.map((one) => merge([common, one], definitions, depth)));
}

function merge(parts: readonly JsonSchema[], definitions: Definitions, depth: number): fc.Arbitrary<unknown> {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return build(only, definitions, depth);
  const objects = parts.map((part) => build(part, definitions, depth) as fc.Arbitrary<Record<string, unknown>>);
  return fc.tuple(...objects).map((values) => Object.assign({}, ...values));
}

function buildType(type: string, schema: JsonSchema, definitions: Definitions, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "string":
      return fc.string({ minLength: schema.minLength ?? 0, maxLength: schema.maxLength ?? 12 });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "integer":
      return buildInteger(schema);
    case "array":
      return fc.array(build(schema.items ?? {}, definitions, depth + 1), { maxLength: depth > maxDepth ? 0 : 3 });
    case "object":
      return buildObject(schema, definitions, depth);
    default:
      throw new Error(`no values for the schema type ${type}`);
  }
}

/** Beyond exact integers JSON itself loses digits, so both sides stop there. */
function buildInteger({ format, minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const formats: Readonly<Record<string, readonly [number, number]>> = {
    int32: [-(2 ** 31), 2 ** 31 - 1],
    uint16: [0, 2 ** 16 - 1],
    uint32: [0, 2 ** 32 - 1],
  };
  const [low, high] = formats[format ?? ""] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return fc.maxSafeInteger().map((value) => {
    const [least, most] = [Math.max(low, minimum ?? low), Math.min(high, maximum ?? high)];
    return least <= value && value <= most ? value : least + (Math.abs(value) % (most - least + 1));
  });
}

function buildObject(schema: JsonSchema, definitions: Definitions, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {})
    .filter(([name]) => required.has(name) || depth <= maxDepth)
    .map(([name, member]): [string, fc.Arbitrary<unknown>] => [name, build(member, definitions, depth + 1)]);
  const known = fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
  if (schema.additionalProperties === false) return known;
  const values = build(schema.additionalProperties ?? true, definitions, depth + 1);
  const others = fc.dictionary(fc.string({ maxLength: 8 }).filter(isNewName(schema)), values, { maxKeys: 1 });
  return fc.tuple(others, known).map(([extra, object]) => ({ ...extra, ...object }));
}

function isNewName({ properties = {} }: JsonSchema): (name: string) => boolean {
  return (name) => name !== "__proto__" && !Object.hasOwn(properties, name);
}

function resolve(reference: string, definitions: Definitions): JsonSchema {
  const name = reference.split("/").at(-1) ?? "";
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`the schema refers to ${reference}, which it does not define`);
  return schema;
}
