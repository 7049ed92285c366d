/**
 * Rows as the functions of the log take them: one text in which lines end with RS, fields with US, and GS alone is NULL.
 * Measured against arrays and one big JSON value, this needs no escaping on either side, and JSON passes untouched.
 */
const lineEnd = "\x1e";
export const fieldEnd = "\x1f";
const nullField = "\x1d";

export type Field = string | number | bigint | null;

/** Fields of one row. JSON text never holds a separator, because JSON escapes control characters; other text must be cleaned or checked before. */
export function encodeFields(fields: readonly Field[]): string {
  return fields.map((field) => field ?? nullField).join(fieldEnd);
}

export function encodeLines(lines: readonly string[]): string {
  return lines.join(lineEnd);
}

/** Puts the number of the entry that a row belongs to before its fields. */
export function numbered(entry: number, line: string): string {
  return `${entry}${fieldEnd}${line}`;
}

/** Text as a column of Postgres takes it: no NUL, no half of a surrogate pair, and none of the separators. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll(forbidden, "\ufffd");
}

/** Ids and names from outside are stored as they are or not at all. */
export function checkToken(name: string, value: string): string {
  if (value.search(forbidden) >= 0 || !value.isWellFormed())
    throw new TypeError(`the ${name} holds a character that cannot be stored`);
  return value;
}

const forbidden = new RegExp(`[\0${nullField}${lineEnd}${fieldEnd}]`, "g");
