import type { SettledDecision } from "@skein/protocol/user-question";
import { useContext } from "react";
import { PersonContext } from "../../../session/person.ts";
import { useSession } from "../../../session/session-context.ts";
import { presentDecision } from "../../approvals/present-decision.ts";
import styles from "./card.module.css";

/** Who let it happen, where more than one person could have. */
export function DecisionLine({ decision }: { readonly decision: SettledDecision | null }) {
  const { userId } = useSession();
  const person = useContext(PersonContext);
  const words = decision === null || person?.accounts !== true ? null : presentDecision(decision, userId);
  return words === null ? null : <p className={styles.place}>{words}</p>;
}
