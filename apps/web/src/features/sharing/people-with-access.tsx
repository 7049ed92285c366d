import type { Right } from "@skein/protocol/right";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { ErrorLine } from "../settings/error-line.tsx";
import { AddPerson } from "./add-person.tsx";
import { levelChoices, presentLevel } from "./level-words.ts";
import styles from "./share-dialog.module.css";
import { useGrants } from "./use-grants.ts";

interface PeopleWithAccessProps {
  readonly open: boolean;
  readonly threadId: string;
  /** The reader's, on this thread. */
  readonly rights: readonly Right[];
}

/** The members of the team to whom the thread is shared. Who may manage it changes that; others see it. */
export function PeopleWithAccess({ open, threadId, rights }: PeopleWithAccessProps) {
  const { userId } = useSession();
  const { role } = usePerson();
  const live = useIsLive();
  const { shared, members, error, set, handOver } = useGrants(threadId, open);
  if (shared === null) {
    return (
      <>
        <p className={styles.note} role="status">
          {live ? "Looking who has access…" : "Not connected. Who has access shows when the connection is back."}
        </p>
        <ErrorLine error={error} />
      </>
    );
  }
  const mayManage = rights.includes("manage");
  const mayHandOver = mayManage && (role === "owner" || shared.createdBy?.userId === userId);
  const known = new Set([shared.createdBy?.userId, ...shared.data.map((grant) => grant.userId)]);
  const others = members.filter((member) => !known.has(member.userId));
  const you = (id: string) => (id === userId ? " (you)" : "");
  return (
    <section className={styles.people} aria-labelledby={`people-${threadId}`}>
      <h3 id={`people-${threadId}`}>People of your team</h3>
      {mayManage && <AddPerson members={others} disabled={!live} onAdd={set} />}
      <ul className={styles.lines}>
        <li className={styles.line}>
          <span className={styles.name}>
            {shared.createdBy === null
              ? "Somebody who left the team"
              : shared.createdBy.name + you(shared.createdBy.userId)}
          </span>
          <span className={styles.note}>Whose thread it is</span>
        </li>
        {shared.data.map((grant) => (
          <li key={grant.userId} className={styles.line}>
            <span className={styles.name}>
              {grant.name + you(grant.userId)}
              {presentLevel(grant.role, grant.level) !== null && (
                <span className={styles.note}> {presentLevel(grant.role, grant.level)}</span>
              )}
            </span>
            {mayManage ? (
              <>
                <Select
                  label={`What ${grant.name} may do`}
                  labelHidden
                  value={grant.level}
                  choices={levelChoices}
                  disabled={!live}
                  onChoose={(level) => set(grant.userId, level)}
                />
                {mayHandOver && grant.role !== "viewer" && (
                  <AskedButton
                    label="Hand over"
                    of={`to ${grant.name}`}
                    sure={`Make it ${grant.name}’s`}
                    disabled={!live}
                    onConfirm={() => handOver(grant.userId)}
                  />
                )}
                <Button
                  look="quiet"
                  disabled={!live}
                  aria-label={`Remove ${grant.name}`}
                  onClick={() => set(grant.userId, null)}
                >
                  Remove
                </Button>
              </>
            ) : (
              <span className={styles.note}>{levelChoices.find(({ value }) => value === grant.level)?.label}</span>
            )}
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        Owners of the team see every thread. To approve is to decide what the agent runs in the team’s workspaces.
      </p>
      <ErrorLine error={error} />
    </section>
  );
}
