import { type ChunkDraft, readChunkLine, startChunk } from "./parse-chunk.ts";
import type { Chunk, Hunk } from "./patch-syntax.ts";

export type ParsedPatch =
  | { readonly ok: true; readonly hunks: readonly Hunk[]; readonly environmentId: string | null }
  | { readonly ok: false; readonly error: string };

const ADD = "*** Add File: ";
const DELETE = "*** Delete File: ";
const UPDATE = "*** Update File: ";
const MOVE = "*** Move to: ";
const ENVIRONMENT = "*** Environment ID:";
const END_OF_FILE = "*** End of File";

/** Raised inside the parser only; `parsePatch` turns it into a result. */
class PatchSyntaxError extends Error {
  override readonly name = "PatchSyntaxError";
}

const hunkError = (lineNumber: number, what: string) =>
  new PatchSyntaxError(`Invalid patch hunk on line ${lineNumber}: ${what}`);

/**
 * Reads a patch in the `*** Begin Patch` format. Error texts are those that models were trained on, word for word.
 * Surrounding space, CRLF, padded markers and one `<<EOF` wrapper are accepted.
 */
export function parsePatch(text: string): ParsedPatch {
  try {
    const lines = unwrapHeredoc(splitLines(text.trim()));
    if (lines[0]?.trim() !== "*** Begin Patch") {
      throw new PatchSyntaxError("Invalid patch: The first line of the patch must be '*** Begin Patch'");
    }
    if (lines.length < 2 || lines.at(-1)?.trim() !== "*** End Patch") {
      throw new PatchSyntaxError("Invalid patch: The last line of the patch must be '*** End Patch'");
    }
    const environmentId = readEnvironmentId(lines);
    return { ok: true, environmentId, hunks: readHunks(lines, environmentId === null ? 1 : 2) };
  } catch (error) {
    if (error instanceof PatchSyntaxError) return { ok: false, error: error.message };
    throw error;
  }
}

function splitLines(text: string): readonly string[] {
  return text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** Models copy the shell form `apply_patch <<'EOF'` into the tool's input; only the tag EOF is taken for that. */
function unwrapHeredoc(lines: readonly string[]): readonly string[] {
  const wrapped = /^<<(?:EOF|'EOF'|"EOF")$/.test(lines[0] ?? "") && lines.at(-1)?.trim() === "EOF" && lines.length >= 4;
  return wrapped ? splitLines(lines.slice(1, -1).join("\n").trim()) : lines;
}

function readEnvironmentId(lines: readonly string[]): string | null {
  const line = lines[1]?.trim() ?? "";
  if (!line.startsWith(ENVIRONMENT)) return null;
  const id = line.slice(ENVIRONMENT.length).trim();
  if (id === "") throw new PatchSyntaxError("Invalid patch: apply_patch environment_id cannot be empty");
  if (lines[2]?.trim().startsWith(ENVIRONMENT)) {
    throw new PatchSyntaxError("Invalid patch: apply_patch environment_id cannot be specified more than once");
  }
  return id;
}

/** `at` is an index into `lines`; messages count from one, so the number of the line at `at` is `at + 1`. */
function readHunks(lines: readonly string[], start: number): readonly Hunk[] {
  const end = lines.length - 1;
  const hunks: Hunk[] = [];
  let at = start;
  while (at < end) {
    const header = lines[at]!.trim();
    const [hunk, next] = readHunk(lines, at, end, header);
    hunks.push(hunk);
    at = next;
  }
  return hunks;
}

function readHunk(lines: readonly string[], at: number, end: number, header: string): readonly [Hunk, number] {
  if (header.startsWith(ADD)) return readAdd(lines, at + 1, end, header.slice(ADD.length).trim());
  if (header.startsWith(DELETE)) return [{ type: "delete", path: header.slice(DELETE.length).trim() }, at + 1];
  if (header.startsWith(UPDATE)) return readUpdate(lines, at, end, header.slice(UPDATE.length).trim());
  throw hunkError(
    at + 1,
    `'${header}' is not a valid hunk header. Valid hunk headers: '${ADD}{path}', '${DELETE}{path}', '${UPDATE}{path}'`,
  );
}

function readAdd(lines: readonly string[], start: number, end: number, path: string): readonly [Hunk, number] {
  let at = start;
  let text = "";
  while (at < end && lines[at]!.startsWith("+")) text += `${lines[at++]!.slice(1)}\n`;
  return [{ type: "add", path, text }, at];
}

function readUpdate(lines: readonly string[], header: number, end: number, path: string): readonly [Hunk, number] {
  let at = header + 1;
  let movePath: string | null = null;
  if (at < end && lines[at]!.trim().startsWith(MOVE)) movePath = lines[at++]!.trim().slice(MOVE.length).trim();

  const chunks: Chunk[] = [];
  while (at < end && !lines[at]!.startsWith("***")) {
    const [chunk, next] = readChunk(lines, at, end, chunks.length === 0);
    if (chunk !== null) chunks.push(chunk);
    at = next;
  }
  if (chunks.length === 0) throw hunkError(header + 1, `Update file hunk for path '${path}' is empty`);
  return [{ type: "update", path, movePath, chunks }, at];
}

function readChunk(
  lines: readonly string[],
  start: number,
  end: number,
  isFirst: boolean,
): readonly [Chunk | null, number] {
  const draft: ChunkDraft = startChunk(lines[start]!);
  if (!draft.hasHeader && !isFirst) {
    // A blank line after `*** End of File` belongs to no chunk.
    if (lines[start]!.trim() === "") return [null, start + 1];
    throw hunkError(start + 1, `Expected update hunk to start with a @@ context marker, got: '${lines[start]}'`);
  }
  let at = draft.hasHeader ? start + 1 : start;
  while (at < end) {
    const line = readChunkLine(lines[at]!);
    if (line === null) break;
    draft.lines.push(line);
    at++;
  }
  if (draft.lines.length === 0) {
    if (at >= end || lines[at]!.startsWith("***")) {
      throw hunkError(at + 1, "Update hunk does not contain any lines");
    }
    throw hunkError(
      at + 1,
      `Unexpected line found in update hunk: '${lines[at]}'. Every line should start with ' ' (context line), ` +
        "'+' (added line), or '-' (removed line)",
    );
  }
  const atEndOfFile = at < end && lines[at]!.trimEnd() === END_OF_FILE;
  return [{ context: draft.context, lines: draft.lines, atEndOfFile }, atEndOfFile ? at + 1 : at];
}
