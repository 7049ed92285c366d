/** With which of the stored credentials a repository is read. */
import { type Target, targetOfUrl } from "@skein/executor/egress/target";
import type { StoredSecret } from "../credential/stored-secrets.ts";

/** `byHost`: whichever there is for the host; a person's own before the tenant's, the newest of several. */
export type CredentialWish =
  | { readonly type: "none" }
  | { readonly type: "byHost" }
  | { readonly type: "named"; readonly id: string };

/** A credential is for its own host and no other, whoever names it. */
export function chooseGitCredential(
  stored: readonly StoredSecret[],
  wish: CredentialWish,
  target: Target,
): StoredSecret | undefined {
  if (wish.type === "none") return undefined;
  const fitting = stored.filter((secret) => isFor(secret, target) && (wish.type === "byHost" || secret.id === wish.id));
  return fitting.toSorted(
    (one, other) =>
      Number(one.scope.type === "tenant") - Number(other.scope.type === "tenant") ||
      other.updatedAtMs - one.updatedAtMs,
  )[0];
}

/** Of the header with which Git signs in over HTTP. */
export function authorizationOf({ username }: Pick<StoredSecret, "username">, secret: string): string {
  return `Basic ${Buffer.from(`${username ?? ""}:${secret}`).toString("base64")}`;
}

function isFor({ baseUrl }: StoredSecret, { host, port }: Target): boolean {
  const target = baseUrl === null ? null : targetOfUrl(new URL(baseUrl));
  return target !== null && target.host === host && target.port === port;
}
