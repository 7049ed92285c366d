import type { ItemView } from "@skein/timeline/reduce/timeline";
import { formatDuration } from "../../lib/format-duration.ts";
import { plural } from "../../lib/plural.ts";
import type { WorkSummary } from "./row.ts";

/** Counts what a run of work did. A command that only reads or lists counts as the files it read. */
export function summariseWork(items: readonly ItemView[], durationMs: number | null): WorkSummary {
  const read = new Set<string>();
  const changed = new Set<string>();
  let commands = 0;
  for (const { item } of items) {
    if (item.type === "fileChange") for (const change of item.changes) changed.add(change.path);
    if (item.type !== "commandExecution") continue;
    const reads = item.commandActions.filter((action) => action.type === "read");
    for (const action of reads) read.add(action.path);
    if (reads.length === 0 || reads.length < item.commandActions.length) commands += 1;
  }
  return { durationMs, reads: read.size, commands, files: changed.size };
}

/** "Worked for 48 s · 6 files read, 3 commands". */
export function presentWork({ durationMs, reads, commands, files }: WorkSummary): string {
  const done = [
    reads > 0 ? `${plural(reads, "file")} read` : null,
    commands > 0 ? plural(commands, "command") : null,
    files > 0 ? `${plural(files, "file")} changed` : null,
  ].filter((part) => part !== null);
  const head = durationMs === null ? "Worked" : `Worked for ${formatDuration(durationMs)}`;
  return done.length === 0 ? head : `${head} · ${done.join(", ")}`;
}
