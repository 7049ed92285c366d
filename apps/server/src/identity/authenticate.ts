/** Who a request comes from: a browser by its cookie, any other client by a bearer token. */
import type { Sql } from "../database/pools.ts";
import { resolveAccessToken } from "./access-tokens.ts";
import type { LocalUser } from "./local-user.ts";
import type { Principal } from "./principal.ts";
import { secretsEqual } from "./secret.ts";
import { resolveSession } from "./sessions.ts";

export interface AuthenticatorOptions {
  /** A pool of the role `skein_app`. */
  readonly app: Sql;
  readonly localUser: LocalUser & { readonly name: string };
  /** `SKEIN_ACCESS_TOKEN`: a token of the local user; null: there is none. */
  readonly configuredToken: string | null;
}

export interface Credentials {
  /** The value of the session cookie. */
  readonly sessionToken: string | undefined;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
}

export type Authenticate = (credentials: Credentials) => Promise<Principal | null>;

export function authenticator({ app, localUser, configuredToken }: AuthenticatorOptions): Authenticate {
  return async ({ sessionToken, authorization }) => {
    const bearer = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
    if (bearer !== undefined) {
      if (configuredToken !== null && secretsEqual(bearer, configuredToken)) {
        return { ...localUser, role: "owner", via: { type: "configuredToken" } };
      }
      return resolveAccessToken(app, bearer);
    }
    if (sessionToken === undefined || sessionToken === "") return null;
    return (await resolveSession(app, sessionToken))?.principal ?? null;
  };
}
