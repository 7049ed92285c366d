import { useCallback, useEffect, useState } from "react";
import { readAccountApi } from "../../session/account-api.ts";
import { type Door, goToProvider } from "../../session/sign-in.ts";
import { Button } from "../../ui/button.tsx";
import { presentProblem } from "../sign-in/present-problem.ts";
import { ChangeEmail, ChangeName, ChangePassword, DeleteAccount, type OwnAccount } from "./change-account.tsx";
import { ErrorLine } from "./error-line.tsx";
import { orThrow } from "./or-throw.ts";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

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
  const reload = () => void attempt(load());
  const connect = async () => {
    const failed = await goToProvider({ type: "connect" });
    if (failed !== null) throw new Error(presentProblem(failed));
  };
  const problem = new URLSearchParams(location.search).get("problem");
  return (
    <>
      {account !== null && (
        <div>
          <ChangeName account={account} onChanged={reload} />
          <ChangeEmail account={account} onChanged={reload} />
          <ChangePassword account={account} onChanged={reload} />
          {door?.provider && (
            <div className={styles.line}>
              <span className={styles.lineName}>{door.provider}</span>
              <span className={styles.note}>
                {account.issuers.length > 0 ? "You can sign in with it." : "Not connected with your account."}
              </span>
              {account.issuers.length === 0 && (
                <Button look="quiet" onClick={() => void attempt(connect())}>
                  Connect
                </Button>
              )}
            </div>
          )}
          <DeleteAccount account={account} />
        </div>
      )}
      <ErrorLine error={error ?? (problem === null ? null : presentProblem(problem))} />
    </>
  );
}
