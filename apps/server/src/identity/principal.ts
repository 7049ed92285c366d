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
  | { readonly type: "configuredToken" };

/** null: it is none that could end. */
export function credentialId(via: Credential): string | null {
  switch (via.type) {
    case "session":
      return via.sessionId;
    case "accessToken":
      return via.tokenId;
    case "configuredToken":
      return null;
  }
}

/** Idempotency keys of one principal are no business of another's, whatever each came in by. */
export function principalKey({ userId }: Pick<Principal, "userId">): string {
  return userId;
}
