import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ErrorLine } from "./error-line.tsx";
import styles from "./settings-page.module.css";
import { useAttempts } from "./use-attempts.ts";

interface Draft {
  readonly name: string;
  readonly host: string;
  readonly username: string;
  readonly token: string;
}

interface GitCredentialFormProps {
  readonly disabled: boolean;
  readonly onCancel: () => void;
  readonly onSave: (draft: Draft) => Promise<void>;
}

const empty: Draft = { name: "", host: "", username: "", token: "" };

export function GitCredentialForm({ disabled, onCancel, onSave }: GitCredentialFormProps) {
  const [draft, setDraft] = useState(empty);
  const { error, attempt } = useAttempts();
  const set = (name: keyof Draft) => (event: { readonly target: { readonly value: string } }) =>
    setDraft({ ...draft, [name]: event.target.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { host, username, token } = draft;
    const name = draft.name.trim() === "" ? host : draft.name;
    void attempt(onSave({ name, host, username, token }));
  };
  const isComplete = [draft.host, draft.username].every((text) => text.trim() !== "") && draft.token.trim().length >= 4;
  return (
    <form className={styles.fields} onSubmit={submit} autoComplete="off">
      <Field
        label="Host"
        mono
        autoFocus
        inputMode="url"
        placeholder="git.example.org"
        value={draft.host}
        onChange={set("host")}
      />
      <Field
        label="User name"
        mono
        autoComplete="off"
        spellCheck={false}
        hint="As the host wants it beside a token: yours, or a word such as git or oauth2."
        value={draft.username}
        onChange={set("username")}
      />
      <Field
        label="Token"
        type="password"
        mono
        autoComplete="off"
        hint="One that may read repositories and nothing else. Kept sealed, and shown to nobody again."
        value={draft.token}
        onChange={set("token")}
      />
      <Field label="Name" placeholder={draft.host} maxLength={100} value={draft.name} onChange={set("name")} />
      <div className={styles.row}>
        <Button type="submit" look="primary" disabled={disabled || !isComplete}>
          Save credential
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      <ErrorLine error={error} />
    </form>
  );
}
