import type { FileChange } from "@skein/timeline/item";
import type { FileState, FileView } from "./file-state.ts";
import type { Hunk } from "./patch-syntax.ts";
import { type FileWrite, resolveHunk, type SummaryLine } from "./resolve-hunk.ts";

/** A patch worked out to the last byte before anything is written. */
export interface PatchPlan {
  /** One per hunk, in the patch's order. */
  readonly changes: readonly FileChange[];
  /** One per file: its state when it was read and its state when the whole patch is applied. */
  readonly writes: readonly FileWrite[];
  readonly summary: readonly SummaryLine[];
}

export type VerifiedPatch =
  | { readonly ok: true; readonly plan: PatchPlan }
  | { readonly ok: false; readonly error: string };

/** Works the hunks out one after another, each on what the ones before it would leave. Writes nothing. */
export async function verifyPatch(hunks: readonly Hunk[], cwd: string, files: FileView): Promise<VerifiedPatch> {
  if (hunks.length === 0) return { ok: false, error: "No files were modified." };
  const changes: FileChange[] = [];
  const summary: SummaryLine[] = [];
  const writes = new Map<string, FileWrite>();
  const view: FileView = {
    async state(path) {
      const planned = writes.get(path);
      return planned === undefined ? files.state(path) : stateOf(planned.after);
    },
  };
  for (const hunk of hunks) {
    const resolved = await resolveHunk(hunk, cwd, view);
    if (!resolved.ok) return resolved;
    changes.push(resolved.effect.change);
    summary.push(resolved.effect.summary);
    for (const write of resolved.effect.writes) {
      const earlier = writes.get(write.path);
      writes.set(write.path, earlier === undefined ? write : { ...write, before: earlier.before });
    }
  }
  return { ok: true, plan: { changes, summary, writes: [...writes.values()].filter(changesAnything) } };
}

/** A file that the patch adds and then deletes was never there. */
function changesAnything(write: FileWrite): boolean {
  return write.before !== null || write.after !== null;
}

function stateOf(bytes: Uint8Array | null): FileState {
  return bytes === null ? { type: "absent" } : { type: "file", bytes };
}

/** The text that tells of success: what was added, then modified, then deleted. */
export function presentSummary(summary: readonly SummaryLine[]): string {
  const lines = (["A", "M", "D"] as const).flatMap((letter) =>
    summary.filter((line) => line.letter === letter).map((line) => `${letter} ${line.path}\n`),
  );
  return `Success. Updated the following files:\n${lines.join("")}`;
}
