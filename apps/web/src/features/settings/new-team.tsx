import { type FormEvent, useState } from "react";
import { postAccountApi } from "../../session/account-api.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ErrorLine } from "./error-line.tsx";
import { orThrow } from "./or-throw.ts";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

/** For who owns a team: another one, with threads and members of its own. The page begins anew there. */
export function NewTeam() {
  const [name, setName] = useState("");
  const { error, attempt } = useAttempts();
  const found = async () => {
    orThrow(await postAccountApi("/api/account/tenants", { name: name.trim() }));
    location.assign("/");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(found());
  };
  return (
    <>
      <form className={styles.newLine} onSubmit={submit}>
        <Field
          label="Name of a new team"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ""}>
          Create team
        </Button>
      </form>
      <ErrorLine error={error} />
    </>
  );
}
