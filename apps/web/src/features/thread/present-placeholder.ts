import type { PendingApproval } from "@skein/timeline/reduce/timeline";

/** What the empty composer says. `mayAnswer`: the reader may decide what is asked; a message of theirs declines it too. */
export function presentPlaceholder(
  asked: PendingApproval["kind"] | null,
  running: boolean,
  mayAnswer: boolean,
): string {
  // Whoever says something withdraws the questions, whatever their right.
  if (asked === "questions") return "Or say something else instead…";
  if (asked !== null && mayAnswer) return "Decline, and say what to do instead…";
  return running ? "Steer the agent…" : "Reply, or ask for something else…";
}
