import type { ChangeLine } from "./patch-syntax.ts";

export interface ChunkDraft {
  readonly hasHeader: boolean;
  readonly context: string | null;
  readonly lines: ChangeLine[];
}

/** A chunk begins with `@@` or `@@ context`; the first of a hunk may go without. */
export function startChunk(line: string): ChunkDraft {
  if (line.trimEnd() === "@@") return { hasHeader: true, context: null, lines: [] };
  if (line.startsWith("@@ ")) return { hasHeader: true, context: line.slice(3), lines: [] };
  return { hasHeader: false, context: null, lines: [] };
}

/** null: the line belongs to no chunk. A bare empty line is an empty context line whose space an editor ate. */
export function readChunkLine(line: string): ChangeLine | null {
  switch (line[0]) {
    case undefined:
      return { type: "context", text: "" };
    case " ":
      return { type: "context", text: line.slice(1) };
    case "-":
      return { type: "remove", text: line.slice(1) };
    case "+":
      return { type: "add", text: line.slice(1) };
    default:
      return null;
  }
}
