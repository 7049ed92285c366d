import { Field } from "../../ui/field.tsx";

export interface AccountDraft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const emptyAccount: AccountDraft = { name: "", email: "", password: "" };

/** As the server has it; it has the last word. */
export const minPasswordChars = 12;

interface AccountFieldsProps {
  readonly account: AccountDraft;
  readonly onChange: (account: AccountDraft) => void;
}

/** What a new account needs. */
export function AccountFields({ account, onChange }: AccountFieldsProps) {
  const change = (part: Partial<AccountDraft>) => onChange({ ...account, ...part });
  return (
    <>
      <Field
        label="Your name"
        name="name"
        autoComplete="name"
        maxLength={100}
        autoFocus
        required
        value={account.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Field
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        value={account.email}
        onChange={(event) => change({ email: event.target.value })}
      />
      <NewPasswordField value={account.password} onChange={(password) => change({ password })} />
    </>
  );
}

interface NewPasswordFieldProps {
  readonly label?: string;
  readonly value: string;
  readonly onChange: (password: string) => void;
}

export function NewPasswordField({ label = "Password", value, onChange }: NewPasswordFieldProps) {
  return (
    <Field
      label={label}
      type="password"
      name="new-password"
      autoComplete="new-password"
      hint={`At least ${minPasswordChars} characters. A few words are easy to remember.`}
      minLength={minPasswordChars}
      maxLength={256}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
