import type { Role } from "@skein/protocol/right";
import { createContext, useContext } from "react";

/** Who is signed in, and where. */
export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly tenantId: string;
  readonly userId: string;
  /** Whether people have accounts here; without them there is one person, who needs none. */
  readonly accounts: boolean;
}

export const PersonContext = createContext<Person | null>(null);

export function usePerson(): Person {
  const person = useContext(PersonContext);
  if (person === null) throw new Error("a screen stands outside a session");
  return person;
}
