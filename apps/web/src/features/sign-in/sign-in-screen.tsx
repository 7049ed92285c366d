import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { readSignInToken } from "./read-sign-in-token.ts";
import styles from "./sign-in-screen.module.css";

/** Shown when the server does not know this browser. The link itself signs in; this screen says where to get one. */
export function SignInScreen() {
  const [pasted, setPasted] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const token = readSignInToken(pasted);
    if (token === null) setError("Paste the whole link that the server printed, or its token.");
    else location.assign(`/sign-in?token=${encodeURIComponent(token)}`);
  };
  return (
    <main className={styles.screen}>
      <form className={styles.column} onSubmit={submit}>
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1>Sign in to Skein</h1>
        <p>
          The server prints a sign-in link when it starts. For a new one, run <code>npm run link</code> on the machine
          where it runs. A link works once.
        </p>
        <Field
          label="Sign-in link or token"
          mono
          autoComplete="off"
          spellCheck={false}
          autoFocus
          placeholder="http://127.0.0.1:4500/sign-in?token=…"
          value={pasted}
          error={error}
          onChange={(event) => {
            setPasted(event.target.value);
            setError(null);
          }}
        />
        <Button type="submit" look="primary">
          Sign in
        </Button>
      </form>
    </main>
  );
}

interface UnreachableScreenProps {
  readonly message: string;
  readonly onRetry: () => void;
}

export function UnreachableScreen({ message, onRetry }: UnreachableScreenProps) {
  return (
    <main className={styles.screen}>
      <div className={styles.column} role="alert">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1>Skein is not reachable</h1>
        <p>{message} Check that it is running, then try again.</p>
        <Button look="primary" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </main>
  );
}
