import { posix } from "node:path";
import type { FileChange } from "@skein/timeline/item";
import { applyChunks } from "./apply-hunks.ts";
import { decodeText } from "./decode-text.ts";
import type { FileState, FileView } from "./file-state.ts";
import type { Chunk, Hunk } from "./patch-syntax.ts";
import { diffHunks } from "./unified-diff.ts";

/** One file before and after; null: there is none. `path` is absolute. */
export interface FileWrite {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** One line of the success text: what happened, and the path as the patch has it. */
export interface SummaryLine {
  readonly letter: "A" | "M" | "D";
  readonly path: string;
}

export interface HunkEffect {
  /** In the order in which they must be made: a moved file is written before its source goes. */
  readonly writes: readonly FileWrite[];
  readonly change: FileChange;
  readonly summary: SummaryLine;
}

export type ResolvedHunk =
  | { readonly ok: true; readonly effect: HunkEffect }
  | { readonly ok: false; readonly error: string };

/** What a hunk does to the files of `view`. Changes nothing. */
export async function resolveHunk(hunk: Hunk, cwd: string, view: FileView): Promise<ResolvedHunk> {
  const path = posix.resolve(cwd, hunk.path);
  switch (hunk.type) {
    case "add":
      return resolveAdd(hunk.path, path, hunk.text, await view.state(path));
    case "delete":
      return resolveDelete(hunk.path, path, await view.state(path));
    case "update":
      return resolveUpdate(hunk, path, cwd, view);
  }
}

function resolveAdd(shownPath: string, path: string, text: string, state: FileState): ResolvedHunk {
  if (!isReplaceable(state)) return cannotWrite(path, state);
  return done({
    writes: [{ path, before: bytesOf(state), after: encode(text) }],
    change: { path, kind: { type: "add" }, diff: text },
    summary: { letter: "A", path: shownPath },
  });
}

function resolveDelete(shownPath: string, path: string, state: FileState): ResolvedHunk {
  if (state.type !== "file") {
    return failed(`Failed to delete file ${path}${state.type === "unreadable" ? `: ${state.message}` : ""}`);
  }
  return done({
    writes: [{ path, before: state.bytes, after: null }],
    change: { path, kind: { type: "delete" }, diff: new TextDecoder().decode(state.bytes) },
    summary: { letter: "D", path: shownPath },
  });
}

interface UpdateHunk {
  readonly path: string;
  readonly movePath: string | null;
  readonly chunks: readonly Chunk[];
}

async function resolveUpdate(hunk: UpdateHunk, path: string, cwd: string, view: FileView): Promise<ResolvedHunk> {
  const source = await view.state(path);
  const before = textOf(path, source);
  if (!before.ok) return failed(`Failed to read file to update ${path}: ${before.error}`);
  const applied = applyChunks(before.text, hunk.chunks, path);
  if (!applied.ok) return failed(applied.error);

  const after = encode(applied.text);
  const diff = diffHunks(before.text, applied.text);
  const target = hunk.movePath === null ? path : posix.resolve(cwd, hunk.movePath);
  if (target === path) {
    // A move of a file onto itself: the reference tool deletes the file; nobody can want that, so it stays.
    return done({
      writes: [{ path, before: bytesOf(source), after }],
      change: { path, kind: { type: "update", movePath: null }, diff },
      summary: { letter: "M", path: hunk.movePath ?? hunk.path },
    });
  }
  const replaced = await view.state(target);
  if (!isReplaceable(replaced)) return cannotWrite(target, replaced);
  return done({
    writes: [
      { path: target, before: bytesOf(replaced), after },
      { path, before: bytesOf(source), after: null },
    ],
    change: { path, kind: { type: "update", movePath: target }, diff },
    summary: { letter: "M", path: hunk.movePath ?? hunk.path },
  });
}

function textOf(path: string, state: FileState): ReturnType<typeof decodeText> {
  switch (state.type) {
    case "file":
      return decodeText(state.bytes);
    case "absent":
      return { ok: false, error: "No such file or directory (os error 2)" };
    case "directory":
      return { ok: false, error: `path \`${path}\` is not a file` };
    case "unreadable":
      return { ok: false, error: state.message };
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const done = (effect: HunkEffect): ResolvedHunk => ({ ok: true, effect });
const failed = (error: string): ResolvedHunk => ({ ok: false, error });

function isReplaceable(state: FileState): state is Extract<FileState, { type: "absent" | "file" }> {
  return state.type === "absent" || state.type === "file";
}

function bytesOf(state: FileState): Uint8Array | null {
  return state.type === "file" ? state.bytes : null;
}

function cannotWrite(path: string, state: FileState): ResolvedHunk {
  return failed(`Failed to write file ${path}${state.type === "unreadable" ? `: ${state.message}` : ""}`);
}
