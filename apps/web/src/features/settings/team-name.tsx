import { useState } from "react";
import { useSession } from "../../session/session-context.ts";
import { Field } from "../../ui/field.tsx";
import { Changeable } from "./changeable.tsx";

/** What an owner calls the team. Whoever belongs to it sees the name at once. */
export function TeamName({ name }: { readonly name: string }) {
  const session = useSession();
  const [next, setNext] = useState(name);
  return (
    <Changeable
      label="Name"
      value={name}
      save="Save name"
      onOpen={() => setNext(name)}
      onSave={() => session.request("skein/tenant/rename", { name: next })}
      onClose={() => {}}
    >
      <Field
        label="Name of the team"
        autoComplete="off"
        maxLength={100}
        autoFocus
        required
        value={next}
        onChange={(event) => setNext(event.target.value)}
      />
    </Changeable>
  );
}
