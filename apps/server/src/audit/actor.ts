/** Who did something, and from where, as the audit log keeps it. */

export type AuditActor =
  | { readonly type: "user"; readonly userId: string; readonly name: string | null; readonly sessionId: string | null }
  | { readonly type: "token"; readonly userId: string; readonly name: string | null; readonly tokenId: string }
  /** Whoever has a share link. */
  | { readonly type: "link"; readonly linkId: string }
  | { readonly type: "operator" }
  /** The server by itself. */
  | { readonly type: "system" }
  /** Somebody who did not prove who they are. */
  | { readonly type: "nobody" };

/** Where a request came from. */
export interface Origin {
  /** null, here and below: not known, such as at a node that a request was passed on to. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export const unknownOrigin: Origin = { address: null, userAgent: null };

/** Who is behind a line, from where. */
export interface AuditBy {
  readonly actor: AuditActor;
  readonly origin: Origin;
}

export const bySystem: AuditBy = { actor: { type: "system" }, origin: unknownOrigin };
export const byOperator: AuditBy = { actor: { type: "operator" }, origin: unknownOrigin };

/** A principal, as far as it is known. */
export interface ActingPrincipal {
  readonly userId: string;
  readonly name?: string;
  readonly via?:
    | { readonly type: "session"; readonly sessionId: string }
    | { readonly type: "accessToken"; readonly tokenId: string }
    | { readonly type: "configuredToken" }
    | {
        readonly type: "shareLink";
        readonly share: { readonly linkId: string };
        /** Who is signed in besides; null: nobody. */
        readonly person: { readonly sessionId: string } | null;
      };
}

export function auditBy({ userId, name, via }: ActingPrincipal, origin: Origin): AuditBy {
  if (via?.type === "accessToken")
    return { actor: { type: "token", userId, name: name ?? null, tokenId: via.tokenId }, origin };
  if (via?.type === "shareLink") {
    const { share, person } = via;
    if (person === null) return { actor: { type: "link", linkId: share.linkId }, origin };
    return { actor: { type: "user", userId, name: name ?? null, sessionId: person.sessionId }, origin };
  }
  const sessionId = via?.type === "session" ? via.sessionId : null;
  return { actor: { type: "user", userId, name: name ?? null, sessionId }, origin };
}
