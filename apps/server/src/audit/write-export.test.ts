import { expect, test } from "vitest";
import type { StoredLine } from "./read-lines.ts";
import { exportWriters } from "./write-export.ts";

const line: StoredLine = {
  id: "1",
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  actorType: "user",
  actorId: "ada",
  actorName: 'Ada "the first"\nLovelace',
  credentialId: null,
  action: "token.created",
  threadId: null,
  subject: "s",
  details: { name: "laptop" },
  address: "192.0.2.1",
  userAgent: null,
  place: { atUs: "1", id: "1" },
};

/** By the rules of RFC 4180. */
function readCells(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"(?:,|\r\n)/g)].map(([, cell = ""]) => cell.replaceAll('""', '"'));
}

test("a line of CSV says what the log says, with quotes and line ends inside its cells", () => {
  expect(readCells(exportWriters.csv.line(line))).toEqual([
    ...["2026-01-02T03:04:05.006Z", "token.created", "user", "ada", 'Ada "the first"\nLovelace', "", "", "s"],
    ...['{"name":"laptop"}', "192.0.2.1", ""],
  ]);
  expect(readCells(exportWriters.csv.head)).toHaveLength(11);
});

test.each([
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  " =1",
  "\u0000=1",
  "\u200b=1",
  "＝1",
  '=HYPERLINK("http://x")',
])("a name like a formula (%j) is text in a table", (name) => {
  const cells = readCells(exportWriters.csv.line({ ...line, actorName: name }));
  expect(cells[4]).toBe(`'${name}`);
});

test("a line of JSON Lines is one line, and one value", () => {
  const text = exportWriters.jsonl.line(line);
  expect(text.indexOf("\n")).toBe(text.length - 1);
  const { place: _, atMs, ...rest } = line;
  expect(JSON.parse(text)).toEqual({ ...rest, at: new Date(atMs).toISOString() });
});
