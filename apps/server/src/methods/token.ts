import { errors } from "@skein/protocol/errors";
import type { AccessToken as WireToken } from "@skein/protocol/methods/token";
import type { WithTenant } from "../database/with-tenant.ts";
import { type AccessToken, createAccessToken, listAccessTokens, revokeAccessToken } from "../identity/access-tokens.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "skein/token/create" | "skein/token/list" | "skein/token/revoke";

/** `onRevoked` ends what is open under the token. */
export function tokenHandlers(withTenant: WithTenant, onRevoked: (tokenId: string) => void): Handlers<Methods> {
  return {
    "skein/token/create": async ({ name, expiresAt }, { principal }) => {
      if (expiresAt !== null && expiresAt !== undefined) refuse(errors.unsupported("a token that expires by itself"));
      const { secret, token } = await createAccessToken(withTenant, principal, name);
      return { secret, token: presentToken(token) };
    },
    "skein/token/list": async (_params, { principal }) => {
      const tokens = await listAccessTokens(withTenant, principal);
      return { data: tokens.map(presentToken) };
    },
    "skein/token/revoke": async ({ tokenId }, { principal, afterwards }) => {
      if (!(await revokeAccessToken(withTenant, principal, tokenId))) refuse(errors.tokenNotFound(tokenId));
      afterwards(() => onRevoked(tokenId));
      return {};
    },
  };
}

function presentToken({ id, name, createdAtMs, lastUsedAtMs }: AccessToken): WireToken {
  return { id, name, createdAt: createdAtMs, lastUsedAt: lastUsedAtMs, expiresAt: null };
}
