/** Who said or decided something, as far as the log names them. */
import type { Actor } from "../event.ts";

export function presentPerson({ memberId: userId, clientName, name }: Actor) {
  return { userId, clientName, name: name ?? null };
}
