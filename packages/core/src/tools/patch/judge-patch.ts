import type { PatchedFile } from "@skein/timeline/item";
import type { FileView } from "./file-state.ts";
import { blobId } from "./turn-diff.ts";

/**
 * What became of a patch whose writing was cut off, by the blob ids that its item recorded before the first write.
 * `mixed`: some files are as planned and some as before, or somebody else has changed one since.
 */
export async function judgePatch(files: readonly PatchedFile[], view: FileView): Promise<"done" | "notDone" | "mixed"> {
  let isDone = true;
  let isNotDone = true;
  for (const file of files) {
    const state = await view.state(file.path);
    const known = state.type === "file" || state.type === "absent";
    const current = state.type === "file" ? blobId(state.bytes) : null;
    isDone &&= known && current === file.after;
    isNotDone &&= known && current === file.before;
  }
  if (isDone) return "done";
  return isNotDone ? "notDone" : "mixed";
}
