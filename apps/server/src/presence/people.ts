/** Who follows a thread, counted by person. Pure; the same data goes to other nodes. */
import { z } from "zod";
import type { Principal } from "../identity/principal.ts";

const namedPersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  connections: z.int().positive(),
  typing: z.boolean(),
});
export type NamedPerson = z.infer<typeof namedPersonSchema>;

/** So many of a kind are named; of more the rest is counted, whoever writes being named first. */
export const maxNamed = 100;

export const peopleSchema = z.object({
  members: z.array(namedPersonSchema).max(maxNamed),
  /** Viewers who are signed in. */
  guests: z.array(namedPersonSchema).max(maxNamed),
  /** Viewers of whom nobody knows who they are, and people for whom there was no room among the named. */
  unnamed: z.object({ members: z.int().nonnegative(), viewers: z.int().nonnegative() }),
});
export type People = z.infer<typeof peopleSchema>;

export interface Watching {
  readonly principal: Pick<Principal, "userId" | "name" | "via">;
  readonly typing: boolean;
}

export function countPeople(watching: Iterable<Watching>): People {
  const members = new Map<string, NamedPerson>();
  const guests = new Map<string, NamedPerson>();
  let strangers = 0;
  for (const { principal, typing } of watching) {
    const { via, userId: id, name } = principal;
    if (via.type === "shareLink" && via.person === null) strangers += 1;
    else add(via.type === "shareLink" ? guests : members, { id, name, connections: 1, typing });
  }
  return bound(members, guests, { members: 0, viewers: strangers });
}

/** What several nodes count. Who is named at two of them is one person. */
export function joinPeople(parts: Iterable<People>): People {
  const members = new Map<string, NamedPerson>();
  const guests = new Map<string, NamedPerson>();
  const unnamed = { members: 0, viewers: 0 };
  for (const part of parts) {
    for (const person of part.members) add(members, person);
    for (const person of part.guests) add(guests, person);
    unnamed.members += part.unnamed.members;
    unnamed.viewers += part.unnamed.viewers;
  }
  return bound(members, guests, unnamed);
}

export function isNobody({ members, guests, unnamed }: People): boolean {
  return members.length + guests.length + unnamed.members + unnamed.viewers === 0;
}

function add(people: Map<string, NamedPerson>, person: NamedPerson): void {
  const known = people.get(person.id);
  const { connections, typing } = known ?? { connections: 0, typing: false };
  people.set(person.id, {
    ...person,
    connections: connections + person.connections,
    typing: typing || person.typing,
  });
}

function bound(
  members: ReadonlyMap<string, NamedPerson>,
  guests: ReadonlyMap<string, NamedPerson>,
  unnamed: People["unnamed"],
): People {
  return {
    members: named(members),
    guests: named(guests),
    unnamed: {
      members: unnamed.members + Math.max(0, members.size - maxNamed),
      viewers: unnamed.viewers + Math.max(0, guests.size - maxNamed),
    },
  };
}

function named(people: ReadonlyMap<string, NamedPerson>): NamedPerson[] {
  const writersFirst = [...people.values()].toSorted((a, b) => Number(b.typing) - Number(a.typing) || compare(a, b));
  return writersFirst.slice(0, maxNamed).toSorted(compare);
}

/** Equal people give equal bytes, in whichever order they came. */
function compare(a: NamedPerson, b: NamedPerson): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1;
}
