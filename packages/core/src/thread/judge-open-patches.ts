/** Finds out, after a crash, what became of the patches that the log shows as started and not completed. */
import type { Environment } from "../ports.ts";
import { viewEnvironment } from "../tools/patch/file-state.ts";
import { judgePatch } from "../tools/patch/judge-patch.ts";
import type { PatchOutcomes } from "./cut-off.ts";
import type { ThreadState } from "./evolve.ts";

export async function judgeOpenPatches(
  state: ThreadState,
  environment: Pick<Environment, "readFile">,
): Promise<PatchOutcomes> {
  const outcomes = new Map<string, "done" | "notDone" | "mixed">();
  for (const { item } of state.openItems.values()) {
    if (item.type !== "patch" || item.files === undefined) continue;
    outcomes.set(item.id, await judgePatch(item.files, viewEnvironment(environment)));
  }
  return outcomes;
}
