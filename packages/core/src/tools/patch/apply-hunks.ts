import { createLineMatcher, type LineMatcher } from "./match-lines.ts";
import type { ChangeLine, Chunk } from "./patch-syntax.ts";

export type AppliedChunks =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: string };

interface FileLine {
  readonly text: string;
  /** Empty on a last line that has none. */
  readonly ending: "\n" | "\r\n" | "";
}

interface Placement {
  /** Index of the first line that the chunk covers; the number of lines for a pure addition. */
  readonly start: number;
  readonly lines: readonly ChangeLine[];
}

/**
 * The text of a file after the chunks of an update. Every chunk is searched after the end of the one before; a chunk that
 * only adds goes to the end of the file. Added lines take the line ending of the file's first line, other lines keep
 * theirs, context keeps the file's own text, and the result ends with a newline. `path` is for the messages.
 */
export function applyChunks(text: string, chunks: readonly Chunk[], path: string): AppliedChunks {
  const lines = splitFile(text);
  const matcher = createLineMatcher(lines.map((line) => line.text));
  const placements: Placement[] = [];
  let cursor = 0;
  for (const chunk of chunks) {
    if (chunk.context !== null) {
      const found = matcher.find([chunk.context], cursor, false);
      if (found === null) return { ok: false, error: `Failed to find context '${chunk.context}' in ${path}` };
      cursor = found + 1;
    }
    const placement = placeChunk(chunk, matcher, cursor, lines.length);
    if (placement === null) {
      return { ok: false, error: `Failed to find expected lines in ${path}:\n${oldLines(chunk.lines).join("\n")}` };
    }
    placements.push(placement);
    if (placement.start < lines.length) cursor = placement.start + oldLines(placement.lines).length;
  }
  return { ok: true, text: rewrite(lines, placements) };
}

function placeChunk(chunk: Chunk, matcher: LineMatcher, cursor: number, lineCount: number): Placement | null {
  const old = oldLines(chunk.lines);
  if (old.length === 0) return { start: lineCount, lines: chunk.lines };
  const start = matcher.find(old, cursor, chunk.atEndOfFile);
  if (start !== null) return { start, lines: chunk.lines };
  // Models like to end a chunk with the empty line that follows the file's last newline; that line does not exist.
  if (old.at(-1) !== "") return null;
  const shorter = withoutLastOldLine(chunk.lines);
  if (old.length === 1) return { start: cursor, lines: shorter };
  const retried = matcher.find(old.slice(0, -1), cursor, chunk.atEndOfFile);
  return retried === null ? null : { start: retried, lines: shorter };
}

function rewrite(lines: readonly FileLine[], placements: readonly Placement[]): string {
  const ending = lines[0]?.ending || "\n";
  const result: string[] = [];
  const keep = (line: FileLine) => result.push(line.text, line.ending || ending);
  let at = 0;
  for (const placement of placements.toSorted((a, b) => a.start - b.start)) {
    while (at < placement.start) keep(lines[at++]!);
    for (const change of placement.lines) {
      if (change.type === "add") result.push(change.text, ending);
      else if (change.type === "context") keep(lines[at++]!);
      else at++;
    }
  }
  while (at < lines.length) keep(lines[at++]!);
  return result.join("");
}

function splitFile(text: string): readonly FileLine[] {
  const pieces = text.split("\n");
  const rest = pieces.pop()!;
  const lines: FileLine[] = pieces.map((piece) =>
    piece.endsWith("\r") ? { text: piece.slice(0, -1), ending: "\r\n" } : { text: piece, ending: "\n" },
  );
  if (rest !== "") lines.push({ text: rest, ending: "" });
  return lines;
}

function oldLines(lines: readonly ChangeLine[]): readonly string[] {
  return lines.filter((line) => line.type !== "add").map((line) => line.text);
}

function withoutLastOldLine(lines: readonly ChangeLine[]): readonly ChangeLine[] {
  const last = lines.findLastIndex((line) => line.type !== "add");
  return lines.toSpliced(last, 1);
}
