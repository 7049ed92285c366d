import type { Invitation } from "@skein/protocol/methods/member";
import type { Role } from "@skein/protocol/right";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { AskedButton } from "../../ui/asked-button.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { ErrorLine } from "./error-line.tsx";
import { roleChoices } from "./role-words.ts";
import styles from "./settings-page.module.css";
import { ShownOnce } from "./shown-once.tsx";
import { useAttempts } from "./use-attempts.ts";

/** Links by which others come in. A link is shown once, right after it was made. */
export function Invitations() {
  const session = useSession();
  const live = useIsLive();
  const [invitations, setInvitations] = useState<readonly Invitation[]>([]);
  const [link, setLink] = useState<string | null>(null);
  const [role, setRole] = useState<Role>("member");
  const [note, setNote] = useState("");
  const { error, attempt } = useAttempts();
  const load = useCallback(
    () => session.request("skein/invitation/list", {}).then(({ data }) => setInvitations(data)),
    [session],
  );
  useEffect(() => {
    if (live) void attempt(load());
  }, [live, load, attempt]);
  const create = async () => {
    const { path } = await session.request("skein/invitation/create", { role, note: note.trim() });
    setLink(new URL(path, location.href).href);
    setNote("");
    await load();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(create());
  };
  return (
    <>
      <h3 className={styles.subheading}>Invitations</h3>
      <p className={styles.note}>A link brings one person in, within a week. Send it to them alone.</p>
      {link !== null && <ShownOnce what="link" secret={link} onDone={() => setLink(null)} />}
      <ul className={styles.lines}>
        {invitations.map((invitation) => (
          <li key={invitation.id} className={styles.line}>
            <span className={styles.lineName}>{invitation.note === "" ? "Somebody" : invitation.note}</span>
            <span className={styles.note}>
              {invitation.role}, until {new Date(invitation.expiresAt).toLocaleDateString()}
            </span>
            <AskedButton
              label="Revoke"
              of={`the invitation of ${invitation.note || "somebody"}`}
              sure="Revoke now"
              disabled={!live}
              onConfirm={() =>
                void attempt(session.request("skein/invitation/revoke", { invitationId: invitation.id }).then(load))
              }
            />
          </li>
        ))}
      </ul>
      <form className={styles.newLine} onSubmit={submit}>
        <Field
          label="For whom"
          placeholder="Bo, design"
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <Select label="Role" value={role} choices={roleChoices} onChoose={setRole} />
        <Button type="submit" disabled={!live}>
          Create link
        </Button>
      </form>
      <ErrorLine error={error} />
    </>
  );
}
