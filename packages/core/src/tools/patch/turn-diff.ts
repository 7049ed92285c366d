import { createHash } from "node:crypto";
import { posix } from "node:path";
import { decodeText } from "./decode-text.ts";
import type { FileWrite } from "./resolve-hunk.ts";
import { diffHunks } from "./unified-diff.ts";

/** The files that a turn's patches touched: as they were before the first patch, and as the last one left them. */
type PatchedFiles = ReadonlyMap<string, FileWrite>;

function withWrites(files: PatchedFiles, writes: readonly FileWrite[]): PatchedFiles {
  const result = new Map(files);
  for (const write of writes) {
    const earlier = result.get(write.path);
    result.set(write.path, earlier === undefined ? write : { ...write, before: earlier.before });
  }
  return result;
}

/** What the patches of one turn did so far. */
export interface TurnPatches {
  record(writes: readonly FileWrite[]): void;
  /** See `presentTurnDiff`. */
  diff(root: string): string;
}

/** What patches of the turn did on a node that is gone: files as far as they could be rebuilt, otherwise their part of the diff. */
export interface EarlierPatches {
  readonly writes: readonly FileWrite[];
  /** By path. Holds until a later patch touches the file; from then on only that one's change is shown. */
  readonly sections: ReadonlyMap<string, string>;
}

export function createTurnPatches(earlier: EarlierPatches = { writes: [], sections: new Map() }): TurnPatches {
  let files: PatchedFiles = withWrites(new Map(), earlier.writes);
  return {
    record(writes) {
      files = withWrites(files, writes);
    },
    diff: (root) => presentTurnDiff(files, earlier.sections, root),
  };
}

/** A git-style diff of the net change, files in order of their paths, relative to `root`. Empty when nothing is left of it. */
function presentTurnDiff(files: PatchedFiles, sections: EarlierPatches["sections"], root: string): string {
  const shown = new Map(sections);
  for (const write of files.values()) shown.set(write.path, presentFile(write, root));
  return [...shown]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, section]) => section)
    .join("");
}

function presentFile({ path, before, after }: FileWrite, root: string): string {
  if (before === after || (before !== null && after !== null && Buffer.compare(before, after) === 0)) return "";
  const shown = shownPath(path, root);
  const lines = [`diff --git a/${shown} b/${shown}`];
  if (before === null) lines.push("new file mode 100644");
  if (after === null) lines.push("deleted file mode 100644");
  lines.push(`index ${blobId(before) ?? NO_BLOB}..${blobId(after) ?? NO_BLOB}`);

  const oldText = decodeText(before ?? new Uint8Array());
  const newText = decodeText(after ?? new Uint8Array());
  const oldName = before === null ? "/dev/null" : `a/${shown}`;
  const newName = after === null ? "/dev/null" : `b/${shown}`;
  if (!oldText.ok || !newText.ok) return `${lines.join("\n")}\nBinary files ${oldName} and ${newName} differ\n`;
  const hunks = diffHunks(oldText.text, newText.text);
  // git names the files only where hunks follow; an empty file that comes or goes has none.
  if (hunks !== "") lines.push(`--- ${oldName}`, `+++ ${newName}`);
  return `${lines.join("\n")}\n${hunks}`;
}

/** The parts of a diff that `TurnPatches` made, by the paths that they show. */
export function splitTurnDiff(diff: string): ReadonlyMap<string, string> {
  const sections = diff.split(/^(?=diff --git )/m).filter((section) => section !== "");
  return new Map(sections.map((section) => [shownIn(section), section]));
}

/** `a/PATH b/PATH`: both halves are the same. */
function shownIn(section: string): string {
  const names = section.slice("diff --git ".length, section.indexOf("\n"));
  return names.slice("a/".length, (names.length - 1) / 2);
}

/** Outside the root the path stays absolute, and `a/` before it gives the double slash that git readers accept. */
export function shownPath(path: string, root: string): string {
  const relative = posix.relative(root, path);
  return relative === "" || relative.startsWith("../") ? path : relative;
}

const NO_BLOB = "0".repeat(40);

/** The object id that git gives to a file of these bytes; null for no file. */
export function blobId(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
