import type { NetworkMode, NetworkPolicy } from "@skein/protocol/methods/network-policy";
import { type FormEvent, useEffect, useState } from "react";
import { usePerson } from "../../session/person.ts";
import { useIsLive, useSession } from "../../session/session-context.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { ErrorLine } from "./error-line.tsx";
import styles from "./settings-page.module.css";
import { SettingsSection } from "./settings-section.tsx";
import { useAttempts } from "./use-attempts.ts";

const modes: readonly { readonly value: NetworkMode; readonly label: string; readonly hint: string }[] = [
  { value: "off", label: "Off", hint: "Commands reach nothing outside their sandbox." },
  { value: "listed", label: "Listed hosts", hint: "Commands reach the hosts below and no others." },
  {
    value: "ask",
    label: "Listed hosts, and ask for others",
    hint: "Another host is reached when somebody who may approve in the thread allows it. The command waits meanwhile.",
  },
];

/** What commands of the team's threads may connect to. An owner changes it. */
export function NetworkSettings() {
  const session = useSession();
  const live = useIsLive();
  const [policy, setPolicy] = useState<NetworkPolicy | null>(null);
  const { error, attempt } = useAttempts();
  useEffect(() => {
    if (live) void attempt(session.request("skein/network/policy/read", {}).then(setPolicy));
  }, [live, session, attempt]);
  const save = (mode: NetworkMode, hosts: readonly string[]) =>
    attempt(session.request("skein/network/policy/update", { mode, hosts: [...hosts] }).then(setPolicy));
  return (
    <SettingsSection title="Network for commands">
      <p className={styles.note}>
        What commands connect to goes through a proxy that knows this list. Addresses of private networks are refused in
        any case. A change counts for the next connection.
      </p>
      {policy === null ? (
        error === null && <p className={styles.note}>{live ? "Loading…" : "Shown when the server can be reached."}</p>
      ) : (
        // Anew when another policy came back: what stands in the fields is the one that counts.
        <PolicyForm key={JSON.stringify(policy)} policy={policy} live={live} onSave={save} />
      )}
      <ErrorLine error={error} />
    </SettingsSection>
  );
}

interface PolicyFormProps {
  readonly policy: NetworkPolicy;
  readonly live: boolean;
  readonly onSave: (mode: NetworkMode, hosts: readonly string[]) => Promise<void>;
}

function PolicyForm({ policy, live, onSave }: PolicyFormProps) {
  const isOwner = usePerson().role === "owner";
  const [mode, setMode] = useState(policy.mode);
  const [text, setText] = useState(policy.hosts.join("\n"));
  const [isSaving, setIsSaving] = useState(false);
  const hosts = text
    .split(/[\s,]+/)
    .map((host) => host.trim())
    .filter((host) => host !== "");
  const isSame = mode === policy.mode && JSON.stringify(hosts) === JSON.stringify(policy.hosts);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsSaving(true);
    await onSave(mode, hosts);
    setIsSaving(false);
  };
  return (
    <form className={styles.fields} onSubmit={(event) => void submit(event)}>
      <fieldset className={styles.modes} disabled={!isOwner || !live}>
        <legend className="visually-hidden">What commands may connect to</legend>
        {modes.map(({ value, label, hint }) => (
          <label key={value} className={styles.mode}>
            <input type="radio" name="network" checked={mode === value} onChange={() => setMode(value)} />
            <span>
              <span className={styles.lineName}>{label}</span>
              <span className={styles.note}>{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {mode !== "off" && (
        <TextArea
          label="Hosts"
          hint="One to a line: example.org, *.example.org for all below it, * for all. For ports 80 and 443, or with another as example.org:8080."
          mono
          rows={Math.min(12, Math.max(4, hosts.length + 1))}
          placeholder={"registry.npmjs.org\n*.githubusercontent.com"}
          spellCheck={false}
          autoCapitalize="none"
          readOnly={!isOwner}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      {isOwner ? (
        <div className={styles.row}>
          <Button type="submit" look="primary" disabled={!live || isSaving || isSame}>
            {isSaving ? "Saving…" : "Save"}
          </Button>
          {isSame && policy.updatedAt !== null && <span className={styles.note}>Saved</span>}
        </div>
      ) : (
        <p className={styles.note}>Owners of the team can change this.</p>
      )}
    </form>
  );
}
