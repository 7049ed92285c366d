import { type Right, rights } from "@skein/protocol/right";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { rightChoices } from "./role-words.ts";
import styles from "./settings-page.module.css";

export interface TokenDraft {
  readonly name: string;
  readonly scopes: readonly Right[];
  /** null: it does not end by itself. */
  readonly days: number | null;
}

const lifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: "never", label: "Until it is revoked" },
] as const;
type Lifetime = (typeof lifetimes)[number]["value"];

interface NewTokenFormProps {
  readonly disabled: boolean;
  readonly onCreate: (draft: TokenDraft) => Promise<void>;
}

export function NewTokenForm({ disabled, onCreate }: NewTokenFormProps) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Right[]>(rights);
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const days = lifetime === "never" ? null : Number(lifetime);
    void onCreate({ name: name.trim(), scopes, days }).then(() => setName(""));
  };
  const toggle = (right: Right) =>
    setScopes(rights.filter((one) => (one === right ? !scopes.includes(one) : scopes.includes(one))));
  return (
    <form className={styles.fields} onSubmit={submit}>
      <div className={styles.newLine}>
        <Field
          label="Name of a new token"
          placeholder="terminal on my laptop"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Select label="Ends after" value={lifetime} choices={lifetimes} onChoose={setLifetime} />
      </div>
      <fieldset className={styles.choices}>
        <legend className={styles.legend}>May</legend>
        {rightChoices.map(({ value, label }) => (
          <label key={value} className={styles.choice}>
            <input type="checkbox" checked={scopes.includes(value)} onChange={() => toggle(value)} />
            {label}
          </label>
        ))}
      </fieldset>
      <div>
        <Button type="submit" disabled={disabled || name.trim() === "" || scopes.length === 0}>
          Create token
        </Button>
      </div>
    </form>
  );
}
