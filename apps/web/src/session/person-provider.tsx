import { type ReactNode, useEffect, useState } from "react";
import { type Person, PersonContext } from "./person.ts";
import { useIsLive } from "./session-context.ts";
import { readSignIn } from "./sign-in.ts";

/** Asks again with every connection: another role closes the one before. */
export function PersonProvider({ first, children }: { readonly first: Person; readonly children: ReactNode }) {
  const live = useIsLive();
  const [person, setPerson] = useState(first);
  useEffect(() => {
    if (!live) return;
    void readSignIn().then((signIn) => {
      if (signIn.type === "signedIn") setPerson(signIn.person);
    });
  }, [live]);
  return <PersonContext value={person}>{children}</PersonContext>;
}
