import type { SettledDecision } from "@skein/protocol/user-question";

type Decision = SettledDecision["decision"];

const words: Readonly<Record<Decision, string>> = {
  accept: "Approved",
  acceptForSession: "Approved for this thread",
  decline: "Declined",
  cancel: "Declined, and the turn stopped,",
};

const connectionWords: Readonly<Record<Decision, (host: string, rest: string) => string>> = {
  accept: (host, rest) => `Connection to ${host} allowed${rest}`,
  acceptForSession: (host) => `Connection to ${host} allowed for this thread`,
  decline: (host, rest) => `Connection to ${host} refused${rest}`,
  cancel: (host) => `Connection to ${host} refused, and the turn stopped,`,
};

/** What was decided and by whom, as far as it is known. `userId`: of the reader. */
export function presentDecision(settled: SettledDecision, userId: string): string | null {
  const { answeredBy } = settled;
  if (answeredBy === null) return null;
  const who = answeredBy.userId === userId ? "you" : (answeredBy.name ?? "another member");
  return `${presentWhat(settled)} by ${who}`;
}

/** What was decided about a connection, where there is nobody else who could have; null for what its item shows anyway. */
export function presentConnectionDecision(settled: SettledDecision): string | null {
  return settled.connection === undefined ? null : presentWhat(settled).replace(/,$/, "");
}

function presentWhat({ decision, connection }: SettledDecision): string {
  if (connection === undefined) return words[decision];
  return connectionWords[decision](connection.host, connection.isRule ? " for this thread" : "");
}
