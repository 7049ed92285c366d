import { FileFailure } from "../../ports.ts";
import type { PatchFiles } from "./apply-plan.ts";
import { parsePatch } from "./parse-patch.ts";
import { resolveHunk, type SummaryLine } from "./resolve-hunk.ts";
import { presentSummary } from "./verify-patch.ts";

export interface PatchRun {
  readonly exitCode: 0 | 1;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The patch as a command of its own: hunk by hunk, and what was written before a failure stays. The agent does not work
 * like that; it verifies the whole patch first (`verifyPatch`).
 */
export async function runPatch(text: string, cwd: string, files: PatchFiles): Promise<PatchRun> {
  const parsed = parsePatch(text);
  if (!parsed.ok) return failure(parsed.error);
  if (parsed.hunks.length === 0) return failure("No files were modified.");
  const summary: SummaryLine[] = [];
  for (const hunk of parsed.hunks) {
    const resolved = await resolveHunk(hunk, cwd, files);
    if (!resolved.ok) return failure(resolved.error);
    for (const write of resolved.effect.writes) {
      const remove = write.after === null;
      try {
        await (write.after === null ? files.removeFile(write.path) : files.writeFile(write.path, write.after));
      } catch (error) {
        if (!(error instanceof FileFailure)) throw error;
        return failure(`Failed to ${remove ? "delete" : "write"} file ${write.path}`);
      }
    }
    summary.push(resolved.effect.summary);
  }
  return { exitCode: 0, stdout: presentSummary(summary), stderr: "" };
}

function failure(message: string): PatchRun {
  return { exitCode: 1, stdout: "", stderr: `${message}\n` };
}
