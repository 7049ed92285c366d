import type { AccessToken } from "@skein/protocol/methods/token";
import { rights } from "@skein/protocol/right";

type Facts = Pick<AccessToken, "createdAt" | "lastUsedAt" | "expiresAt" | "scopes">;

/** What a line of the list says of a token beside its name. */
export function presentTokenFacts({ createdAt, lastUsedAt, expiresAt, scopes }: Facts): string {
  const day = (ms: number) => new Date(ms).toLocaleDateString();
  return [
    rights.every((right) => scopes.includes(right))
      ? null
      : rights.filter((right) => scopes.includes(right)).join(", "),
    `made ${day(createdAt)}`,
    lastUsedAt === null ? "never used" : `last used ${day(lastUsedAt)}`,
    expiresAt === null ? null : `ends ${day(expiresAt)}`,
  ]
    .filter((fact) => fact !== null)
    .join(", ");
}
