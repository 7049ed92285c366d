import type { ResultOf } from "@skein/protocol/methods";
import type { Right } from "@skein/protocol/right";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/select.tsx";
import { ErrorLine } from "../settings/error-line.tsx";
import settings from "../settings/settings-page.module.css";
import { AddPerson } from "./add-person.tsx";
import { levelChoices, presentLevel } from "./level-words.ts";
import styles from "./share.module.css";
import { type Grants, useGrants } from "./use-grants.ts";

interface PeopleWithAccessProps {
  readonly threadId: string;
  /** The reader's, on this thread. */
  readonly rights: readonly Right[];
}

/** The members of the team to whom the thread is shared. Who may manage it changes that; others see it. */
export function PeopleWithAccess({ threadId, rights }: PeopleWithAccessProps) {
  const { userId } = useSession();
  const { role } = usePerson();
  const live = useIsLive();
  const grants = useGrants(threadId);
  const { shared, members, error, set } = grants;
  if (shared === null) {
    return (
      <>
        <p className={settings.note} role="status">
          {live ? "Looking who has access…" : "Not connected. Who has access shows when the connection is back."}
        </p>
        <ErrorLine error={error} />
      </>
    );
  }
  const { createdBy } = shared;
  const mayManage = rights.includes("manage");
  const mayHandOver = mayManage && (role === "owner" || createdBy?.userId === userId);
  const known = new Set([createdBy?.userId, ...shared.data.map((grant) => grant.userId)]);
  const you = (id: string) => (id === userId ? " (you)" : "");
  return (
    <div className={styles.section}>
      {mayManage && (
        <AddPerson members={members.filter((member) => !known.has(member.userId))} disabled={!live} onAdd={set} />
      )}
      <ul className={settings.lines} aria-label="People of your team with access">
        <li className={settings.line}>
          <span className={styles.who}>
            <span className={settings.lineName}>
              {createdBy === null ? "Somebody who left the team" : createdBy.name + you(createdBy.userId)}
            </span>
            <span className={settings.note}>Whose thread it is</span>
          </span>
        </li>
        {shared.data.map((grant) => (
          <li key={grant.userId} className={settings.line}>
            <span className={styles.who}>
              <span className={settings.lineName}>{grant.name + you(grant.userId)}</span>
              {!mayManage && (
                <span className={settings.note}>{levelChoices.find(({ value }) => value === grant.level)?.label}</span>
              )}
              {presentLevel(grant.role, grant.level) !== null && (
                <span className={settings.note}>{presentLevel(grant.role, grant.level)}</span>
              )}
            </span>
            {mayManage && (
              <Changes grant={grant} grants={grants} mayHandOver={mayHandOver && grant.role !== "viewer"} />
            )}
          </li>
        ))}
      </ul>
      <p className={settings.note}>
        Owners of the team see every thread. To approve is to decide what the agent runs in the team’s workspaces.
      </p>
      <ErrorLine error={error} />
    </div>
  );
}

interface ChangesProps {
  readonly grant: ResultOf<"skein/thread/grant/list">["data"][number];
  readonly grants: Grants;
  readonly mayHandOver: boolean;
}

/** What can be done with somebody to whom the thread is shared. */
function Changes({ grant: { userId, name, level }, grants: { set, handOver }, mayHandOver }: ChangesProps) {
  const live = useIsLive();
  return (
    <span className={styles.does}>
      <Select
        label={`What ${name} may do`}
        labelHidden
        value={level}
        choices={levelChoices}
        disabled={!live}
        onChoose={(chosen) => set(userId, chosen)}
      />
      {mayHandOver && (
        <AskedButton
          label="Hand over"
          of={`to ${name}`}
          sure={`Make it ${name}’s`}
          disabled={!live}
          onConfirm={() => handOver(userId)}
        />
      )}
      <Button look="quiet" disabled={!live} aria-label={`Remove ${name}`} onClick={() => set(userId, null)}>
        Remove
      </Button>
    </span>
  );
}
