import type { SettledDecision } from "@skein/protocol/user-question";

const words: Readonly<Record<SettledDecision["decision"], string>> = {
  accept: "Approved",
  acceptForSession: "Approved for this thread",
  decline: "Declined",
  cancel: "Declined, and the turn stopped,",
};

/** What was decided and by whom, as far as it is known. `userId`: of the reader. */
export function presentDecision({ decision, answeredBy }: SettledDecision, userId: string): string | null {
  if (answeredBy === null) return null;
  const who = answeredBy.userId === userId ? "you" : (answeredBy.name ?? "another member");
  return `${words[decision]} by ${who}`;
}
