/** What a broken or hostile client could send as one message: requests with wrong fields, and texts that are hardly JSON any more. */
import { methods } from "@skein/protocol/methods";
import fc from "fast-check";
import { z } from "zod";
import { arbitraryOf, hostileTexts, type Known, type Schema } from "./arbitrary-params.ts";

/** Stands where a message has its id, until it is sent. */
export const idPlace = 987_654_321;
/** Stands where something is nested deeper than any program's stack, which only text can be. */
const deepPlace = "(deep)";
const depths = [100, 10_000, 200_000];

const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, -(2 ** 63), [], {}, [[]], { length: -1 }, deepPlace),
  fc.constantFrom<unknown>(...hostileTexts),
  fc.jsonValue({ maxDepth: 2 }),
);

/** It ends the caller's own access, and with it the connection. */
const lastWords = new Set(["skein/tenant/leave"]);

export function arbitraryMessage(known: Known): fc.Arbitrary<string> {
  const goesOn = Object.entries<{ readonly params: z.ZodType }>(methods).filter(([method]) => !lastWords.has(method));
  const requests = goesOn.map(([method, { params }]) => {
    const schema = z.toJSONSchema(params, { io: "input", unrepresentable: "any" }) as Schema;
    return arbitraryOf(schema, known).map((value) => ({ id: idPlace, method, params: value }));
  });
  const request = fc.oneof(...requests);
  const broken = fc.tuple(request, fc.nat(), hostileValue, fc.boolean()).map(breakSomewhere);
  const answer = fc.record(
    {
      id: fc.oneof(fc.constantFrom(...(known.requestId ?? [])), fc.constant(idPlace), hostileValue),
      result: fc.oneof(fc.record({ decision: fc.constantFrom("accept", "cancel", 5, {}) }), hostileValue),
      error: hostileValue,
    },
    { requiredKeys: ["id"] },
  );
  const notification = fc.tuple(fc.constantFrom("initialized", "x", ...hostileTexts), hostileValue);
  const object = fc.oneof(
    { arbitrary: request, weight: 6 },
    { arbitrary: broken, weight: 8 },
    { arbitrary: answer, weight: 2 },
    { arbitrary: notification.map(([method, params]) => ({ method, params })), weight: 1 },
    { arbitrary: fc.oneof(hostileValue, fc.array(request, { maxLength: 3 })), weight: 1 },
  );
  const whole = object.map((value) => withDepth(JSON.stringify(value)));
  const damaged = fc.tuple(whole, fc.nat(), fc.constantFrom(...damages), fc.string({ maxLength: 8, unit: "binary" }));
  return fc.oneof(
    { arbitrary: whole, weight: 3 },
    { arbitrary: damaged.map(([text, at, damage, more]) => damage(text, at % (text.length + 1), more)), weight: 2 },
  );
}

type Damage = (text: string, at: number, more: string) => string;

const damages: readonly Damage[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(at),
  (text, at, more) => text.slice(0, at) + more + text.slice(at),
  (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (at % 8))) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at + 1 + (at % 20)),
  // One number becomes another that no double holds.
  (text) => text.replace(/:\d+/, ":1e999999"),
  (text) => text.replace(/:\d+/, `:${"9".repeat(400)}`),
  // The same key twice, and keys that objects have by themselves.
  (text) => text.replace("{", '{"id":1,'),
  (text) => text.replace("{", '{"method":"thread/list",'),
  (text) => text.replace("{", '{"__proto__":{"method":"thread/list","id":5},'),
  (text) => text.replace('"params":{', '"params":{"__proto__":{"threadId":"x"},"constructor":{"prototype":{"x":1}},'),
  (text) => text.replaceAll(",", ",,"),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll(/(?<=")[a-z]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  (text) => text + text,
  (text) => ` \t\n${text}\r\n`,
  (text) => `\ufeff${text}`,
];

/** One value anywhere in the request becomes something else, or goes. */
function breakSomewhere([request, pick, value, isLeftOut]: [object, number, unknown, boolean]): unknown {
  const copy = structuredClone(request);
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(copy);
  const [node, key] = places[pick % places.length] ?? [{}, ""];
  if (isLeftOut) delete node[key];
  else node[key] = value;
  return copy;
}

function withDepth(text: string): string {
  const depth = depths[text.length % depths.length] ?? 0;
  return text.replaceAll(`"${deepPlace}"`, "[".repeat(depth) + "]".repeat(depth));
}
