import { useState } from "react";
import { Field } from "../../ui/field.tsx";
import { AccountFields, emptyAccount, NewPasswordField } from "./account-fields.tsx";
import { EntryForm } from "./entry-form.tsx";
import { useEntry } from "./use-entry.ts";

/** By the link of the console: the first account of the server. `token`: the link's. */
export function FirstOwnerScreen({ token }: { readonly token: string }) {
  const entry = useEntry();
  const [account, setAccount] = useState(emptyAccount);
  const [tenantName, setTenantName] = useState("");
  return (
    <EntryForm
      title="Set up Skein"
      intro="You will own the team, with everything that is here already, and can invite others."
      problem={entry.problem}
      submitLabel="Create account"
      busy={entry.busy}
      onSubmit={() => void entry.enter(["/api/first-owner", { token, tenantName, account }])}
    >
      <AccountFields account={account} onChange={setAccount} />
      <Field
        label="Team"
        placeholder="Ada & Co"
        maxLength={100}
        required
        value={tenantName}
        onChange={(event) => setTenantName(event.target.value)}
      />
    </EntryForm>
  );
}

/** By a link of the operator's. */
export function NewPasswordScreen({ token }: { readonly token: string }) {
  const entry = useEntry();
  const [password, setPassword] = useState("");
  return (
    <EntryForm
      title="Set a new password"
      intro="You are signed out everywhere else then."
      problem={entry.problem}
      submitLabel="Set password"
      busy={entry.busy}
      onSubmit={() => void entry.enter(["/api/password-link", { token, password }])}
    >
      <NewPasswordField label="New password" value={password} onChange={setPassword} />
    </EntryForm>
  );
}
