import type { Member } from "@skein/protocol/methods/member";
import { useCallback, useEffect, useState } from "react";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Select } from "../../ui/select.tsx";
import { ErrorLine } from "./error-line.tsx";
import { Invitations } from "./invitations.tsx";
import styles from "./members.module.css";
import { roleChoices, roleWord } from "./role-words.ts";
import settings from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

/** Who belongs to the team. An owner changes roles, removes people and invites others. */
export function Members() {
  const session = useSession();
  const live = useIsLive();
  const isOwner = usePerson().role === "owner";
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(
    () => session.request("skein/member/list", {}).then(({ data }) => setMembers(data)),
    [session],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const leave = async () => {
    await session.request("skein/tenant/leave", {});
    location.assign("/");
  };
  return (
    <>
      <ul className={settings.lines}>
        {members?.map((member) => (
          <li key={member.userId} className={settings.line}>
            <span className={styles.person}>
              <span className={settings.lineName}>
                {member.name}
                {member.isYou && " (you)"}
              </span>
              <span className={settings.note}>{member.email}</span>
            </span>
            <span className={styles.role}>
              {isOwner ? (
                <Select
                  label={`Role of ${member.name}`}
                  labelHidden
                  value={member.role}
                  choices={roleChoices}
                  disabled={!live}
                  onChoose={(role) =>
                    void attempt(session.request("skein/member/update", { userId: member.userId, role }).then(load))
                  }
                />
              ) : (
                <span className={settings.note}>{roleWord(member.role)}</span>
              )}
            </span>
            <span className={styles.end}>
              {isOwner && !member.isYou && (
                <AskedButton
                  label="Remove"
                  of={member.name}
                  sure="Remove now"
                  disabled={!live}
                  onConfirm={() =>
                    void attempt(session.request("skein/member/remove", { userId: member.userId }).then(load))
                  }
                />
              )}
              {member.isYou && (
                <AskedButton label="Leave" of="this team" sure="Leave now" onConfirm={() => void attempt(leave())} />
              )}
            </span>
          </li>
        ))}
      </ul>
      <ErrorLine error={error} />
      {isOwner && <Invitations />}
    </>
  );
}
