import type { SettledDecision } from "@skein/protocol/user-question";
import { useContext } from "react";
import { PersonContext } from "../../../session/person.ts";
import { useSession } from "../../../session/session-context.ts";
import { presentConnectionDecision, presentDecision } from "../../approvals/present-decision.ts";
import styles from "./card.module.css";

/** Who let it happen, where more than one person could have, and what was decided about its connections. */
export function DecisionLines({ decisions }: { readonly decisions: readonly SettledDecision[] }) {
  const { userId } = useSession();
  const isAmongOthers = useContext(PersonContext)?.accounts === true;
  const present = (decision: SettledDecision) =>
    (isAmongOthers ? presentDecision(decision, userId) : null) ?? presentConnectionDecision(decision);
  // One answer may have settled several connections that waited for it.
  const lines = new Set(decisions.map(present).filter((words) => words !== null));
  return [...lines].map((words) => (
    <p key={words} className={styles.place}>
      {words}
    </p>
  ));
}
