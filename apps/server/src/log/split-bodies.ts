/**
 * Long strings of a row's JSON text are kept apart, once for everything that refers to them: pasted images, output of commands.
 * Only the text is looked at, so what is put together again is the same byte for byte, whatever escapes it holds.
 */
import { hash } from "node:crypto";

/** A string of JSON text between its quotes. */
export interface Body {
  readonly sha256: string;
  readonly text: string;
}

export interface SplitJson {
  /** JSON text with "" in the place of every body. */
  readonly rest: string;
  /** `[[place, sha256, bytes], …]` as JSON: places count the characters (not UTF-16 units) of `rest`. null: nothing is apart. */
  readonly places: string | null;
  readonly bodies: readonly Body[];
}

/** UTF-16 units of JSON text; a longer string is kept apart. */
export const maxInlineChars = 32 * 1024;

/** Marks the stored version of an event that has bodies apart. */
export const bodiesApart = 0x4000;

/** `json`: what `JSON.stringify` gave. */
export function splitBodies(json: string, maxChars: number = maxInlineChars): SplitJson {
  if (json.length <= maxChars) return { rest: json, places: null, bodies: [] };
  const kept: string[] = [];
  const places: [place: number, sha256: string, bytes: number][] = [];
  const bodies: Body[] = [];
  let keptChars = 0;
  let from = 0;
  for (const [start, end] of longStrings(json, maxChars)) {
    const before = json.slice(from, start);
    const body = { sha256: hash("sha256", json.slice(start, end)), text: json.slice(start, end) };
    kept.push(before);
    keptChars += charsOf(before);
    places.push([keptChars, body.sha256, Buffer.byteLength(body.text)]);
    bodies.push(body);
    from = end;
  }
  kept.push(json.slice(from));
  return { rest: kept.join(""), places: places.length === 0 ? null : JSON.stringify(places), bodies };
}

/** Where the long strings begin and end, quotes left out. */
function* longStrings(json: string, maxChars: number): Generator<readonly [start: number, end: number]> {
  for (let quote = json.indexOf('"'); quote >= 0; ) {
    const start = quote + 1;
    const end = closingQuote(json, start);
    if (end - start > maxChars) yield [start, end];
    quote = json.indexOf('"', end + 1);
  }
}

function closingQuote(json: string, start: number): number {
  let end = json.indexOf('"', start);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

/** JSON text has no half of a surrogate pair, so every low one stands for a character of two units. */
function charsOf(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at += 1) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) pairs += 1;
  return text.length - pairs;
}
