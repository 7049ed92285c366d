import type { Role } from "@skein/protocol/right";
import { useEffect, useState } from "react";
import { postAccountApi } from "../../session/account-api.ts";
import type { Person } from "../../session/person.ts";
import type { Door } from "../../session/sign-in.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { AccountFields, emptyAccount } from "./account-fields.tsx";
import { EntryForm } from "./entry-form.tsx";
import { EntryScreen } from "./entry-screen.tsx";
import { presentFailure, presentProblem } from "./present-problem.ts";
import { ProviderButton } from "./provider-button.tsx";
import { useEntry } from "./use-entry.ts";

interface Place {
  readonly tenantName: string;
  readonly role: Role;
  readonly invitedBy: string;
}

const roleWords: Readonly<Record<Role, string>> = {
  owner: "an owner: you can do everything, and invite others",
  member: "a member: you can work with the agent, and share what you do",
  viewer: "a viewer: you can read what others share with you",
};

interface JoinScreenProps {
  /** Of the invitation's link. */
  readonly token: string;
  /** null: nobody is signed in. */
  readonly person: Person | null;
  readonly door: Door | null;
  /** Why they come back here from a provider, as the server names it. */
  readonly problem: string | null;
}

/** An invitation: who invites where, and the ways to accept it. */
export function JoinScreen({ token, person, door, problem }: JoinScreenProps) {
  const [place, setPlace] = useState<Place | string | null>(null);
  useEffect(() => {
    void postAccountApi<Place>("/api/invitation", { token }).then((reply) =>
      setPlace(reply.ok ? reply.body : presentFailure(reply.failure)),
    );
  }, [token]);
  if (place === null) return null;
  if (typeof place === "string") {
    return (
      <EntryScreen title="No invitation" intro={place}>
        <a href="/">Go to Skein</a>
      </EntryScreen>
    );
  }
  if (person !== null) return <JoinAsPerson token={token} place={place} person={person} />;
  return <JoinAsNewcomer token={token} place={place} provider={door?.provider ?? null} problem={problem} />;
}

const titleOf = ({ tenantName }: Place) => `Join ${tenantName}`;

function introOf({ invitedBy, role }: Place): string {
  return `${invitedBy} invites you as ${roleWords[role]}.`;
}

function JoinAsPerson({
  token,
  place,
  person,
}: {
  readonly token: string;
  readonly place: Place;
  readonly person: Person;
}) {
  const entry = useEntry();
  return (
    <EntryForm
      title={titleOf(place)}
      intro={introOf(place)}
      problem={entry.problem}
      submitLabel={`Join as ${person.name}`}
      busy={entry.busy}
      onSubmit={() => void entry.enter(["/api/invitation/accept", { token }])}
      foot={
        <Button look="quiet" onClick={() => void postAccountApi("/api/sign-out", {}).then(() => location.reload())}>
          Sign out, to join as somebody else
        </Button>
      }
    >
      {null}
    </EntryForm>
  );
}

interface NewcomerProps {
  readonly token: string;
  readonly place: Place;
  readonly provider: string | null;
  readonly problem: string | null;
}

function JoinAsNewcomer({ token, place, provider, problem }: NewcomerProps) {
  const entry = useEntry(problem === null ? null : presentProblem(problem));
  const [hasAccount, setHasAccount] = useState(problem === "proofNeeded");
  const [account, setAccount] = useState(emptyAccount);
  const { email, password } = account;
  const submit = () =>
    entry.enter(["/api/invitation/accept-as-new", { token, account: hasAccount ? { email, password } : account }]);
  return (
    <EntryForm
      title={titleOf(place)}
      intro={
        hasAccount
          ? introOf(place)
          : `${introOf(place)} If you have an account here, use its e-mail address and password.`
      }
      problem={entry.problem}
      submitLabel={hasAccount ? "Sign in and join" : "Create account and join"}
      busy={entry.busy}
      onSubmit={() => void submit()}
      foot={
        <>
          <Button look="quiet" onClick={() => setHasAccount(!hasAccount)}>
            {hasAccount ? "I am new here" : "I have an account already"}
          </Button>
          <ProviderButton
            provider={provider}
            disabled={entry.busy}
            onClick={() => void entry.enterByProvider({ type: "join", invitation: token })}
          />
        </>
      }
    >
      {hasAccount ? (
        <>
          <Field
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setAccount({ ...account, email: event.target.value })}
          />
          <Field
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setAccount({ ...account, password: event.target.value })}
          />
        </>
      ) : (
        <AccountFields account={account} onChange={setAccount} />
      )}
    </EntryForm>
  );
}
