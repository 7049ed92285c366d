import type { TurnError } from "@skein/timeline/event";
import type { Verdict } from "./reserve-call.ts";

type Spent = Extract<Verdict, { type: "spent" }>;

/** Why a turn ends for want of tokens, and when it is worth coming back. The time has the form in which the web client looks for it. */
export function presentSpent({ limit, resetsAtMs }: Pick<Spent, "limit" | "resetsAtMs">): TurnError {
  const whose = limit === "member" ? "The usage limit that your team has set for you" : "Your team's usage limit";
  const until =
    resetsAtMs === null
      ? "It does not come back by itself: ask whoever runs this server."
      : `It comes back at ${new Date(resetsAtMs).toISOString()}.`;
  return { kind: "usageLimitExceeded", message: `${whose} is reached. ${until}`, httpStatusCode: null, details: null };
}
