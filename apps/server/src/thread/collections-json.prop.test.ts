import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCollections, stringifyCollections } from "./collections-json.ts";

const key = fc.oneof(fc.string(), fc.constantFrom("$map", "$set", "$object", "$", "__proto__", "7"));
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, 0, 1.5),
    fc.string({ unit: "binary" }),
    fc.array(tie("node")),
    fc.dictionary(key, tie("node"), { noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie("node"))).map((entries) => new Map(entries)),
    fc.uniqueArray(fc.string()).map((entries) => new Set(entries)),
  ),
})).node;

test("whatever it is comes back as it was, keys in their order", () => {
  const property = fc.property(value, (given) => {
    const json = stringifyCollections(given);
    const back = parseCollections(JSON.parse(json));
    expect(back).toEqual(given);
    expect(stringifyCollections(back)).toBe(json);
  });
  fc.assert(property, { numRuns: Number(process.env.SKEIN_TEST_RUNS ?? 300) });
});
