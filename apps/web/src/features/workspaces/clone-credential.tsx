import type { GitCredential } from "@skein/protocol/methods/git-credential";
import { useEffect, useState } from "react";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Select } from "../../ui/select.tsx";
import styles from "./workspaces.module.css";

interface CloneCredentialProps {
  readonly address: string;
  /** undefined: whichever there is for the host; null: none. */
  readonly value: string | null | undefined;
  readonly disabled: boolean;
  readonly onChoose: (credentialId: string | null | undefined) => void;
}

/** Which of the credentials that are kept for the host of an address is used. */
export function CloneCredential({ address, value, disabled, onChoose }: CloneCredentialProps) {
  const session = useSession();
  const live = useIsLive();
  const [kept, setKept] = useState<readonly GitCredential[]>([]);
  useEffect(() => {
    // Without them the clone begins with whichever the server finds.
    if (live)
      session.request("skein/gitCredential/list", {}).then(
        ({ data }) => setKept(data),
        () => {},
      );
  }, [live, session]);
  const host = URL.canParse(address.trim()) ? new URL(address.trim()).host : null;
  const fitting = kept.filter((credential) => credential.host === host);
  const known = fitting.some(({ id }) => id === value) || value === null ? value : undefined;
  if (fitting.length === 0) {
    return (
      <p className={styles.note}>
        {host === null
          ? "Credentials for private repositories"
          : `No credential is kept for ${host}. Those for private repositories`}{" "}
        are kept in the settings.
      </p>
    );
  }
  return (
    <Select
      label="Credential"
      value={known === undefined ? "byHost" : (known ?? "none")}
      disabled={disabled}
      choices={[
        { value: "byHost", label: `The one for ${host}` },
        ...fitting.map(({ id, name, scope }) => ({
          value: id,
          label: `${name} (${scope === "user" ? "yours" : "the team's"})`,
        })),
        { value: "none", label: "None" },
      ]}
      onChoose={(choice) => onChoose(choiceOf(choice))}
    />
  );
}

function choiceOf(value: string): string | null | undefined {
  if (value === "byHost") return undefined;
  return value === "none" ? null : value;
}
