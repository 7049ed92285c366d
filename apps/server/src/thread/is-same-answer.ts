/**
 * Whether an answer to an approval is the one that counts, come again: from the same member with the same outcome. Its sender
 * did not learn that it counted, or has two windows open; either way it has what it asked for.
 */
import { isDeepStrictEqual } from "node:util";
import type { Actor, ApprovalOutcome } from "@skein/timeline/event";

export interface Answer {
  readonly outcome: ApprovalOutcome;
  readonly actor: Actor | null;
}

export function isSameAnswer(counted: Answer, answer: Answer): boolean {
  if (counted.actor === null || counted.actor.memberId !== answer.actor?.memberId) return false;
  return isDeepStrictEqual(counted.outcome, answer.outcome);
}
