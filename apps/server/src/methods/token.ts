import { errors } from "@skein/protocol/errors";
import type { AccessToken as WireToken } from "@skein/protocol/methods/token";
import type { WithTenant } from "../database/with-tenant.ts";
import { type AccessToken, createAccessToken, listAccessTokens, revokeAccessToken } from "../identity/access-tokens.ts";
import { carriedBy } from "../identity/authorise.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "skein/token/create" | "skein/token/list" | "skein/token/revoke";

/** `onRevoked` ends what is open under the token. */
export function tokenHandlers(
  withTenant: WithTenant,
  now: () => number,
  onRevoked: (tokenId: string) => void,
): Handlers<Methods> {
  return {
    "skein/token/create": async ({ name, expiresAt = null, scopes }, { principal, connection }) => {
      const carried = carriedBy(principal);
      const asked = scopes ?? carried;
      const excess = asked.find((scope) => !carried.includes(scope));
      if (excess !== undefined) refuse(errors.forbidden(`a token that carries more than its maker: ${excess}`));
      if (expiresAt !== null && expiresAt <= now()) {
        refuse(errors.invalidParams("Invalid request: expiresAt must be in the future"));
      }
      const terms = { name, scopes: [...new Set(asked)], expiresAtMs: expiresAt };
      const { secret, token } = await createAccessToken(withTenant, principal, terms, connection.origin);
      return { secret, token: presentToken(token) };
    },
    "skein/token/list": async (_params, { principal }) => {
      const tokens = await listAccessTokens(withTenant, principal);
      return { data: tokens.map(presentToken) };
    },
    "skein/token/revoke": async ({ tokenId }, { principal, connection, afterwards }) => {
      const isRevoked = await revokeAccessToken(withTenant, principal, tokenId, connection.origin);
      if (!isRevoked) refuse(errors.tokenNotFound(tokenId));
      afterwards(() => onRevoked(tokenId));
      return {};
    },
  };
}

function presentToken({ id, name, createdAtMs, lastUsedAtMs, expiresAtMs, scopes }: AccessToken): WireToken {
  return { id, name, createdAt: createdAtMs, lastUsedAt: lastUsedAtMs, expiresAt: expiresAtMs, scopes: [...scopes] };
}
