import { useState } from "react";
import type { Door } from "../../session/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { EntryForm } from "./entry-form.tsx";
import { presentProblem } from "./present-problem.ts";
import { ProviderButton } from "./provider-button.tsx";
import { useEntry } from "./use-entry.ts";

/** Where people have accounts. `problem`: why they come back here, as the server names it. */
export function PasswordScreen({ door, problem }: { readonly door: Door; readonly problem: string | null }) {
  const entry = useEntry(problem === null ? null : presentProblem(problem));
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  return (
    <EntryForm
      title="Sign in to Skein"
      intro={
        door.firstOwner
          ? "Nobody has an account here yet. The server's console shows a link for the first one."
          : "Welcome back."
      }
      problem={entry.problem}
      submitLabel="Sign in"
      busy={entry.busy}
      onSubmit={() => void entry.enter(["/api/sign-in", { email, password }])}
      foot={
        <ProviderButton
          provider={door.provider}
          disabled={entry.busy}
          onClick={() => void entry.enterByProvider({ type: "signIn" })}
        />
      }
    >
      <Field
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        autoFocus
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Field
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </EntryForm>
  );
}
