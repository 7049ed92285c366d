/** What members and viewers are told of who follows a thread. */
import { createHash } from "node:crypto";
import type { PresentPeople } from "@skein/protocol/notifications/presence";
import type { NamedPerson, People } from "./people.ts";

/** By name whoever has one. Ids of people of other tenants stay inside. */
export function presentForMembers(threadId: string, { members, guests, unnamed }: People): PresentPeople[] {
  return [
    ...members.map((person) => ({ who: person.id, kind: "member" as const, ...factsOf(person) })),
    ...counted("member", unnamed.members),
    ...guests.map((person) => ({ who: aliasOf(threadId, person), kind: "viewer" as const, ...factsOf(person) })),
    ...counted("viewer", unnamed.viewers),
  ];
}

/** How many there are, and no names: viewers do not learn who asks in the thread either, and a link may go to people who do not know each other. */
export function presentForViewers({ members, guests, unnamed }: People): PresentPeople[] {
  return [
    ...counted("member", members.length + unnamed.members),
    ...counted("viewer", guests.length + unnamed.viewers),
  ];
}

function factsOf({ name, connections, typing }: NamedPerson) {
  return { name, count: connections, typing };
}

function counted(kind: PresentPeople["kind"], count: number): PresentPeople[] {
  return count === 0 ? [] : [{ who: `${kind}s`, kind, count, typing: false }];
}

function aliasOf(threadId: string, { id }: NamedPerson): string {
  return createHash("sha256").update(`${threadId} ${id}`).digest("hex").slice(0, 16);
}
