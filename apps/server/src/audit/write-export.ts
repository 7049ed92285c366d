/** The audit log as a file: CSV for tables, JSON Lines for programs. */
import type { StoredLine } from "./read-lines.ts";

export type ExportFormat = "csv" | "jsonl";

export interface ExportWriter {
  readonly mediaType: string;
  /** What stands before the first line. */
  readonly head: string;
  line(line: StoredLine): string;
}

const columns = [
  "time",
  "action",
  "actor type",
  "actor id",
  "actor name",
  "credential id",
  "thread id",
  "subject",
  "details",
  "address",
  "user agent",
] as const;

export const exportWriters: Readonly<Record<ExportFormat, ExportWriter>> = {
  csv: { mediaType: "text/csv; charset=utf-8", head: csvLine(columns), line: (line) => csvLine(cellsOf(line)) },
  jsonl: { mediaType: "application/x-ndjson; charset=utf-8", head: "", line: jsonLine },
};

function cellsOf(line: StoredLine): readonly string[] {
  const { atMs, action, actorType, actorId, actorName, credentialId, threadId, subject, details } = line;
  const known = [action, actorType, actorId, actorName, credentialId, threadId, subject, JSON.stringify(details)];
  return [new Date(atMs).toISOString(), ...known, line.address, line.userAgent].map((cell) => cell ?? "");
}

/** A cell that begins like a formula is one to a spreadsheet, quoted or not; behind an apostrophe it is text. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${harmless(cell).replaceAll('"', '""')}"`).join(",")}\r\n`;
}

function harmless(cell: string): string {
  return /^[\s\p{C}]*[=+\-@＝＋－＠]/u.test(cell) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
}

function jsonLine({ place: _, atMs, ...line }: StoredLine): string {
  return `${JSON.stringify({ at: new Date(atMs).toISOString(), ...line })}\n`;
}
