/**
 * What a turn's patches did before its node died, from the log and the files as they are: the diff of the turn goes on
 * from there. A file's state before the turn is found by taking the recorded change back, and counts only when its blob
 * id is the recorded one.
 */
import type { FileChange, PatchItem } from "@skein/timeline/item";
import { applyPatch, parsePatch, reversePatch } from "diff";
import { decodeText } from "./decode-text.ts";
import type { FileView } from "./file-state.ts";
import type { FileWrite } from "./resolve-hunk.ts";
import { blobId, createTurnPatches, shownPath, splitTurnDiff, type TurnPatches } from "./turn-diff.ts";

export interface PatchedSoFar {
  /** As the last `diff.updated` has it. */
  readonly diff: string;
  readonly patchedPaths: readonly string[];
}

/** `done`: patches that were applied and that the diff does not know yet. `root`: what the diff's paths are relative to. */
export async function rebuildTurnPatches(
  { diff, patchedPaths }: PatchedSoFar,
  done: readonly PatchItem[],
  root: string,
  view: FileView,
): Promise<TurnPatches> {
  const recent = (await Promise.all(done.map((item) => writesOf(item, view)))).flat();
  const changedAgain = new Map(recent.map(({ path, before }) => [path, before]));
  const shown = splitTurnDiff(diff);
  const writes: FileWrite[] = [];
  const sections = new Map<string, string>();
  for (const path of patchedPaths) {
    const section = shown.get(shownPath(path, root));
    if (section === undefined) continue;
    const after = changedAgain.get(path) ?? (await bytesOf(path, view));
    const before = beforeSection(section, after);
    if (before === undefined) sections.set(path, section);
    else writes.push({ path, before, after });
  }
  const patches = createTurnPatches({ writes, sections });
  patches.record(recent);
  return patches;
}

/** undefined: the file is not as the section left it. */
function beforeSection(section: string, after: Uint8Array | null): Uint8Array | null | undefined {
  const ids = /^index ([0-9a-f]{40})\.\.([0-9a-f]{40})$/m.exec(section);
  if (ids === null || (blobId(after) ?? noBlob) !== ids[2]) return undefined;
  if (ids[1] === noBlob) return null;
  const before = takenBack(section, after);
  return before !== null && blobId(before) === ids[1] ? before : undefined;
}

/** Of a patch that is applied, the files whose state before it can be told. */
async function writesOf({ changes, files = [] }: PatchItem, view: FileView): Promise<FileWrite[]> {
  const writes: FileWrite[] = [];
  for (const { path, before: beforeId } of files) {
    const after = await bytesOf(path, view);
    const before = beforeId === null ? null : await beforeChanges(changes, path, after, view);
    if (blobId(before) === beforeId) writes.push({ path, before, after });
  }
  return writes;
}

async function beforeChanges(
  changes: readonly FileChange[],
  path: string,
  after: Uint8Array | null,
  view: FileView,
): Promise<Uint8Array | null> {
  let bytes = after;
  for (const change of changes.toReversed()) {
    if (change.path !== path) continue;
    if (change.kind.type === "delete") bytes = new TextEncoder().encode(change.diff);
    else if (change.kind.type === "add") bytes = null;
    else {
      const { movePath } = change.kind;
      const source = movePath === null ? bytes : await bytesOf(movePath, view);
      bytes = takenBack(`--- a\n+++ b\n${change.diff}`, source);
    }
  }
  return bytes;
}

function takenBack(diff: string, after: Uint8Array | null): Uint8Array | null {
  const text = decodeText(after ?? new Uint8Array());
  const patch = parsePatch(diff)[0];
  if (!text.ok || patch === undefined) return null;
  const before = applyPatch(text.text, reversePatch(patch), { autoConvertLineEndings: false });
  return before === false ? null : new TextEncoder().encode(before);
}

async function bytesOf(path: string, view: FileView): Promise<Uint8Array | null> {
  const state = await view.state(path);
  return state.type === "file" ? state.bytes : null;
}

const noBlob = "0".repeat(40);
