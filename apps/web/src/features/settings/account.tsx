import { type FormEvent, useCallback, useEffect, useState } from "react";
import { postAccountApi, readAccountApi } from "../../session/account-api.ts";
import { type Door, goToProvider } from "../../session/sign-in.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { NewPasswordField } from "../sign-in/account-fields.tsx";
import { presentProblem } from "../sign-in/present-problem.ts";
import { ErrorLine } from "./error-line.tsx";
import { orThrow } from "./or-throw.ts";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface OwnAccount {
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly issuers: readonly string[];
}

/** Name, address, password, and who else knows this person. */
export function Account() {
  const [account, setAccount] = useState<OwnAccount | null>(null);
  const [door, setDoor] = useState<Door | null>(null);
  const { error, attempt } = useAttempts();
  const load = useCallback(async () => {
    setAccount(orThrow(await readAccountApi<OwnAccount>("/api/account")));
    setDoor(orThrow(await readAccountApi<Door>("/api/sign-in")));
  }, []);
  useEffect(() => void attempt(load()), [attempt, load]);
  const connect = async () => {
    const failed = await goToProvider({ type: "connect" });
    if (failed !== null) throw new Error(presentProblem(failed));
  };
  const problem = new URLSearchParams(location.search).get("problem");
  return (
    <>
      {account !== null && (
        <dl className={styles.facts}>
          <dt>Name</dt>
          <dd>{account.name}</dd>
          <dt>E-mail</dt>
          <dd>{account.email}</dd>
        </dl>
      )}
      {account !== null && <PasswordForm hasPassword={account.hasPassword} onChanged={() => void attempt(load())} />}
      {account !== null && door?.provider && (
        <div className={styles.line}>
          <span className={styles.lineName}>{door.provider}</span>
          <span className={styles.note}>
            {account.issuers.length > 0 ? "You can sign in with it." : "Not connected with your account."}
          </span>
          {account.issuers.length === 0 && <Button onClick={() => void attempt(connect())}>Connect</Button>}
        </div>
      )}
      <ErrorLine error={error ?? (problem === null ? null : presentProblem(problem))} />
    </>
  );
}

function PasswordForm({ hasPassword, onChanged }: { readonly hasPassword: boolean; readonly onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const { error, attempt } = useAttempts();
  const change = async () => {
    orThrow(await postAccountApi("/api/account/password", { current, next }));
    setOpen(false);
    setDone(true);
    setCurrent("");
    setNext("");
    onChanged();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(change());
  };
  if (!open) {
    return (
      <div className={styles.row}>
        <Button onClick={() => setOpen(true)}>{hasPassword ? "Change password" : "Set a password"}</Button>
        {done && (
          <span className={styles.note} role="status">
            Saved. You are signed out everywhere else.
          </span>
        )}
      </div>
    );
  }
  return (
    <form className={styles.fields} onSubmit={submit}>
      {hasPassword && (
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
      )}
      <NewPasswordField label="New password" value={next} onChange={setNext} />
      <ErrorLine error={error} />
      <div className={styles.row}>
        <Button type="submit" look="primary">
          Save password
        </Button>
        <Button look="quiet" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
