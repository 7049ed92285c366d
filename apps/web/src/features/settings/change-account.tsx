import { useState } from "react";
import { postAccountApi } from "../../session/account-api.ts";
import { Field } from "../../ui/field.tsx";
import { NewPasswordField } from "../sign-in/account-fields.tsx";
import { Changeable } from "./changeable.tsx";
import { orThrow } from "./or-throw.ts";
import styles from "./settings-page.module.css";

export interface OwnAccount {
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly issuers: readonly string[];
}

interface ChangeProps {
  readonly account: OwnAccount;
  readonly onChanged: () => void;
}

const send = (path: string, body: object) => postAccountApi(path, body).then(orThrow);

export function ChangeName({ account, onChanged }: ChangeProps) {
  const [name, setName] = useState(account.name);
  return (
    <Changeable
      label="Name"
      value={account.name}
      save="Save name"
      onOpen={() => setName(account.name)}
      onSave={() => send("/api/account/name", { name }).then(onChanged)}
      onClose={() => {}}
    >
      <Field
        label="Your name"
        name="name"
        autoComplete="name"
        hint="As others see it from now on. What you have written keeps the name it has."
        maxLength={100}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </Changeable>
  );
}

export function ChangeEmail({ account, onChanged }: ChangeProps) {
  const [email, setEmail] = useState("");
  const [current, setCurrent] = useState("");
  return (
    <Changeable
      label="E-mail"
      value={account.email}
      save="Save e-mail"
      onSave={() => send("/api/account/email", { email, current }).then(onChanged)}
      onClose={() => {
        setEmail("");
        setCurrent("");
      }}
    >
      <Field
        label="New e-mail"
        type="email"
        name="email"
        autoComplete="email"
        hint="You sign in with it from now on. Skein sends no mail, so make sure that it is right."
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {account.hasPassword && <CurrentPassword value={current} onChange={setCurrent} />}
    </Changeable>
  );
}

export function ChangePassword({ account, onChanged }: ChangeProps) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  return (
    <Changeable
      label="Password"
      value={account.hasPassword ? "" : "You have none: you sign in elsewhere."}
      change={account.hasPassword ? "Change" : "Set"}
      save="Save password"
      done="Saved. You are signed out everywhere else."
      onSave={() => send("/api/account/password", { current, next }).then(onChanged)}
      onClose={() => {
        setCurrent("");
        setNext("");
      }}
    >
      {account.hasPassword && <CurrentPassword value={current} onChange={setCurrent} autoFocus />}
      <NewPasswordField label="New password" value={next} onChange={setNext} />
    </Changeable>
  );
}

export function DeleteAccount({ account }: Pick<ChangeProps, "account">) {
  const [current, setCurrent] = useState("");
  const [email, setEmail] = useState("");
  const remove = async () => {
    if (email.trim() !== account.email) throw new Error(`Type ${account.email} to confirm.`);
    await send("/api/account/delete", { current });
    location.assign("/");
  };
  return (
    <Changeable
      label="Account"
      value=""
      change="Delete"
      save="Delete my account"
      look="danger"
      onSave={remove}
      onClose={() => {
        setCurrent("");
        setEmail("");
      }}
    >
      <p className={styles.note}>
        You leave all your teams, and are signed out everywhere at once. Your access tokens and your own model keys are
        deleted. The threads that you have started stay with the owners of their teams, and what you have written keeps
        your name. This cannot be undone.
      </p>
      <Field
        label="Your e-mail, to confirm"
        type="email"
        autoComplete="off"
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {account.hasPassword && <CurrentPassword value={current} onChange={setCurrent} />}
    </Changeable>
  );
}

interface CurrentPasswordProps {
  readonly value: string;
  readonly onChange: (password: string) => void;
  readonly autoFocus?: boolean;
}

function CurrentPassword({ value, onChange, autoFocus = false }: CurrentPasswordProps) {
  return (
    <Field
      label="Current password"
      type="password"
      autoComplete="current-password"
      autoFocus={autoFocus}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
