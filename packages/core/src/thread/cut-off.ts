/** How effects that nobody goes on with are closed, and what the model reads in place of the outputs that nobody was left to give. */
import type { ApprovalOutcome } from "@skein/timeline/event";
import type { CommandItem, Item, PatchItem } from "@skein/timeline/item";
import { presentAnswers } from "../tools/question/present-answers.ts";
import type { ThreadState } from "./evolve.ts";
import { closedAsCutShort } from "./open-item.ts";

/** By item id, as `judgeOpenPatches` finds it; a patch that is missing here counts as unknown. */
export type PatchOutcomes = ReadonlyMap<string, "done" | "notDone" | "mixed">;

export type CutOff =
  /** Nobody had allowed it, so nothing of it can have happened. */
  | { readonly type: "notAllowed" }
  | { readonly type: "refused"; readonly outcome: ApprovalOutcome }
  | { readonly type: "answered"; readonly answers: Readonly<Record<string, readonly string[]>> }
  | { readonly type: "patch"; readonly outcome: "done" | "notDone" | "mixed" }
  | { readonly type: "unknown" }
  /** The log is a copy: whatever becomes of the effect is the business of the thread that was copied. */
  | { readonly type: "leftBehind" };

const interrupted = "interrupted by a server restart";
const leftBehind = "left to the thread that this one was copied from";

/** What is known of an effect that had begun, or was about to. */
export function judgeCutOff(state: ThreadState, itemId: string, patches: PatchOutcomes): CutOff {
  for (const pending of state.pendingApprovals.values()) {
    // A command that wants to connect runs.
    if (pending.itemId === itemId && pending.request.type !== "network") return { type: "notAllowed" };
  }
  const outcome = state.openTurn?.decisions.get(itemId);
  if (outcome?.type === "answered") return outcome;
  if (outcome !== undefined && !isAllowed(outcome)) return { type: "refused", outcome };
  const patch = patches.get(itemId);
  return patch === undefined ? { type: "unknown" } : { type: "patch", outcome: patch };
}

/** The item as it is closed. */
export function closedAsCutOff(item: Item, cutOff: CutOff): Item {
  if (item.type !== "command" && item.type !== "patch") return closedAsCutShort(item);
  switch (cutOff.type) {
    case "notAllowed":
      return { ...item, status: "declined" };
    case "refused":
      return { ...item, status: cutOff.outcome.type === "failed" ? "failed" : "declined" };
    case "patch":
      return cutOff.outcome === "done" ? { ...item, status: "completed" } : closedAsCutShort(item);
    case "answered":
    case "unknown":
      return item.type === "command" ? closedCommand(item, interrupted) : closedAsCutShort(item);
    case "leftBehind":
      return item.type === "command" ? closedCommand(item, leftBehind) : closedAsCutShort(item);
  }
}

/** What the model reads as the call's output. */
export function presentCutOff(cutOff: CutOff): string {
  switch (cutOff.type) {
    case "notAllowed":
      return `${interrupted} before anybody had allowed it; it did not run`;
    case "refused":
      return cutOff.outcome.type === "failed" ? `nobody could be asked: ${cutOff.outcome.message}` : "rejected by user";
    case "answered":
      return presentAnswers(cutOff.answers);
    case "patch":
      return presentPatch(cutOff.outcome);
    case "unknown":
      return `${interrupted}; outcome unknown: the effect may have happened in part. Look before you repeat it.`;
    case "leftBehind":
      return `${leftBehind}, where it may still take effect; outcome unknown. Look before you repeat it.`;
  }
}

/** An effect that ended without its output having been kept, as the item tells it. */
export function presentEnded(item: CommandItem | PatchItem): string {
  if (item.status === "declined") return "rejected by user";
  if (item.type === "patch")
    return item.status === "completed" ? "Success. The patch was applied." : "The patch failed.";
  const how = item.exitCode === null ? "Process was ended by a signal" : `Process exited with code ${item.exitCode}`;
  return `${how}\nOutput:\n${item.output ?? ""}`;
}

function closedCommand(item: CommandItem, why: string): CommandItem {
  const output = item.output ?? "";
  const lineEnd = output === "" || output.endsWith("\n") ? "" : "\n";
  return { ...item, status: "failed", output: `${output}${lineEnd}${why}\n` };
}

function presentPatch(outcome: "done" | "notDone" | "mixed"): string {
  switch (outcome) {
    case "done":
      return `${interrupted}; the patch had been applied completely`;
    case "notDone":
      return `${interrupted}; nothing of the patch had been applied`;
    case "mixed":
      return `${interrupted}; the patch may be applied in part: read the files before you repeat it`;
  }
}

function isAllowed(outcome: ApprovalOutcome): boolean {
  return outcome.type === "decided" && (outcome.decision === "accept" || outcome.decision === "acceptForSession");
}
