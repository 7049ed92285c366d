import fc from "fast-check";
import { expect, test } from "vitest";
import { maxInlineChars, type SplitJson, splitBodies } from "./split-bodies.ts";

const numRuns = Number(process.env.SKEIN_TEST_RUNS ?? 200);

/** Short, so that many are tried. */
const maxChars = 12;

/** Strings of all kinds, some of them long: quotes, backslashes, NUL, halves and pairs of surrogates. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', "\\", "\0", "\ud800", "\udfff", "😀", "a"),
    fc.string({ unit: "binary", maxLength: 2 }),
  ),
  maxLength: 20,
});
const value = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: "small" }, text, fc.integer(), fc.array(tie("node")), fc.dictionary(text, tie("node"))),
})).node;

/** As the database does it: by characters, from the front. */
function join({ rest, places, bodies }: SplitJson): string {
  const texts = new Map(bodies.map((body) => [body.sha256, body.text]));
  const chars = [...rest];
  let whole = "";
  let done = 0;
  for (const [place, sha256, bytes] of JSON.parse(places ?? "[]") as [number, string, number][]) {
    const found = texts.get(sha256) ?? "";
    expect(bytes).toBe(Buffer.byteLength(found));
    whole += chars.slice(done, place).join("") + found;
    done = place;
  }
  return whole + chars.slice(done).join("");
}

test("what was split goes together again as it was, and what is left has no long string", () => {
  const property = fc.property(value, (given) => {
    const json = JSON.stringify(given);
    const split = splitBodies(json, maxChars);
    expect(join(split) === json).toBe(true);
    expect(() => JSON.parse(split.rest)).not.toThrow();
    expect(splitBodies(split.rest, maxChars).bodies).toEqual([]);
    for (const body of split.bodies) expect(body.text.length).toBeGreaterThan(maxChars);
  });
  fc.assert(property, { numRuns });
});

test("a string is apart when it is longer than the limit, quotes not counted", () => {
  const [at, above] = ["x".repeat(maxInlineChars), "x".repeat(maxInlineChars + 1)].map((one) =>
    JSON.stringify({ one }),
  );
  expect(splitBodies(at ?? "")).toEqual({ rest: at, places: null, bodies: [] });
  expect(splitBodies(above ?? "")).toMatchObject({
    rest: '{"one":""}',
    bodies: [{ text: "x".repeat(maxInlineChars + 1) }],
  });
});

test("equal strings are one body in two places", () => {
  const long = "😀\u0000".repeat(20_000);
  const { places, bodies } = splitBodies(JSON.stringify(["😀", long, long]));
  expect(new Set(bodies.map(({ sha256 }) => sha256)).size).toBe(1);
  expect((JSON.parse(places ?? "") as [number][]).map(([place]) => place)).toEqual([6, 9]);
});
