/**
 * By which credential and from where somebody came who does something in a thread. It goes beside the actor of an event through this process,
 * and not in it: an event is kept as long as its thread, exported and copied with it, and what is nobody else's business with it.
 */
import type { Actor } from "@skein/timeline/event";
import { type AuditBy, unknownOrigin } from "./actor.ts";

const known = new WeakMap<Actor, AuditBy>();

export function withProvenance(actor: Actor, by: AuditBy): Actor {
  known.set(actor, by);
  return actor;
}

/** Of an actor that was read from the log, such as of a message that waited, only the person is known. */
export function provenanceOf(actor: Actor): AuditBy {
  const person = { type: "user", userId: actor.memberId, name: actor.name ?? null, sessionId: null } as const;
  return known.get(actor) ?? { actor: person, origin: unknownOrigin };
}
