import { useState } from "react";
import type { Door } from "../../session/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { EntryForm } from "./entry-form.tsx";
import { EntryScreen } from "./entry-screen.tsx";
import { presentProblem } from "./present-problem.ts";
import { ProviderButton } from "./provider-button.tsx";
import { useEntry } from "./use-entry.ts";

/** Where people have accounts. `problem`: why they come back here, as the server names it. */
export function PasswordScreen({ door, problem }: { readonly door: Door; readonly problem: string | null }) {
  const entry = useEntry(problem === null ? null : presentProblem(problem));
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  if (door.firstOwner) {
    return (
      <EntryScreen
        title="Set up Skein"
        intro={
          <>
            Nobody has an account here yet. The first is made by the link that the server has printed. For a new one,
            run <code>npm run link</code> on the machine where it runs.
          </>
        }
      />
    );
  }
  return (
    <EntryForm
      title="Sign in to Skein"
      intro="Welcome back."
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
