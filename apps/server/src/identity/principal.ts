import type { ShareLevel } from "@skein/protocol/methods/share";
import type { Right, Role } from "@skein/protocol/right";

export type { Role };

/** Who a connection acts for, and in which tenant. Decided once, when the connection is made. */
export interface Principal {
  readonly tenantId: string;
  readonly userId: string;
  readonly role: Role;
  /** The person's name. */
  readonly name: string;
  readonly via: Credential;
}

/** By what the principal was recognised; revoking it ends what was opened with it. */
export type Credential =
  | { readonly type: "session"; readonly sessionId: string }
  | {
      readonly type: "accessToken";
      readonly tokenId: string;
      /** Of the person's rights, those that the token carries. */
      readonly scopes: readonly Right[];
    }
  /** `SKEIN_ACCESS_TOKEN` of the configuration. */
  | { readonly type: "configuredToken" }
  /** A link by which somebody sees one thread: the principal is in the thread's tenant, and there in no other way. */
  | { readonly type: "shareLink"; readonly share: Share; readonly person: SignedInPerson | null };

/** What a link shows, and what may be done by it. */
export interface Share {
  readonly linkId: string;
  readonly threadId: string;
  readonly title: string;
  readonly level: ShareLevel;
  /** Turns that began after it are shown. */
  readonly fromSeq: number;
  /** And none that began after this; null: the link is live. */
  readonly frozenAtSeq: number | null;
}

/** Who is signed in, in a tenant of their own, while they follow a link. */
export interface SignedInPerson {
  readonly tenantId: string;
  readonly role: Role;
  readonly sessionId: string;
}

/** null: it is none that could end. */
export function credentialId(via: Credential): string | null {
  switch (via.type) {
    case "session":
      return via.sessionId;
    case "accessToken":
      return via.tokenId;
    case "configuredToken":
      return null;
    case "shareLink":
      return via.person?.sessionId ?? null;
  }
}

/** Idempotency keys of one principal are no business of another's, whatever each came in by. */
export function principalKey({ userId }: Pick<Principal, "userId">): string {
  return userId;
}
