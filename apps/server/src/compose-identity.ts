/** How people come in: which routes there are for it, and which links the operator is given. */
import type { FastifyInstance } from "fastify";
import type { Node } from "./compose-doors.ts";
import type { TrustedProxies } from "./config-accounts.ts";
import type { AccountDoor } from "./http/account-door.ts";
import type { PublicAddress } from "./http/allowed-origin.ts";
import { registerChangeAccountRoutes } from "./http/change-account-routes.ts";
import { registerInvitationRoutes } from "./http/invitation-routes.ts";
import { registerOwnAccountRoutes } from "./http/own-account-routes.ts";
import { registerProviderRoutes } from "./http/provider-routes.ts";
import { registerSignInLinkRoutes } from "./http/sign-in-link-routes.ts";
import { registerSignInRoutes } from "./http/sign-in-routes.ts";
import { createFirstOwnerLink, hasAccounts } from "./identity/first-owner.ts";
import { Passwords } from "./identity/password.ts";
import { createPasswordLink } from "./identity/password-link.ts";
import { Provider } from "./identity/provider.ts";
import { createSignInLink } from "./identity/sign-in-link.ts";

/** What the operator is given to come in by, or to let somebody in. */
export type ConsoleLink =
  | { readonly type: "signIn" | "firstOwner" | "password"; readonly url: string }
  /** There are accounts, and nobody, or nobody known, was named whose password is to be set anew. */
  | { readonly type: "none" };

const linkSeconds = 15 * 60;

/** `email`: whose password is to be set anew; null: nobody's. */
export async function makeConsoleLink(
  { config, database, localUser }: Pick<Node, "config" | "database" | "localUser">,
  { url }: PublicAddress,
  email: string | null,
): Promise<ConsoleLink> {
  const { app, withTenant } = database;
  if (!config.accounts) {
    return {
      type: "signIn",
      url: `${url}/sign-in?token=${await createSignInLink(withTenant, localUser, linkSeconds)}`,
    };
  }
  if (!(await hasAccounts(app))) {
    return {
      type: "firstOwner",
      url: `${url}/first-owner#${await createFirstOwnerLink(withTenant, localUser, linkSeconds)}`,
    };
  }
  const token = email === null ? null : await createPasswordLink(app, email, linkSeconds);
  return token === null ? { type: "none" } : { type: "password", url: `${url}/new-password#${token}` };
}

export function registerIdentityRoutes(
  app: FastifyInstance,
  { config, database, audit }: Pick<Node, "config" | "database" | "audit">,
  door: Pick<AccountDoor, "address" | "signedOut" | "memberChanged">,
): void {
  const whole: AccountDoor = { ...door, database, audit, passwords: new Passwords() };
  registerOwnAccountRoutes(app, whole);
  registerChangeAccountRoutes(app, whole);
  if (config.accounts) {
    registerSignInRoutes(app, whole, config.provider?.name ?? null);
    registerInvitationRoutes(app, whole);
    if (config.provider !== null) registerProviderRoutes(app, whole, new Provider(config.provider));
  } else {
    registerSignInLinkRoutes(app, whole);
  }
}

/** As the HTTP server takes it. */
export function trustProxyOf(
  proxies: TrustedProxies,
): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (proxies === "none") return false;
  // Whoever connects is the proxy; what it says of its own client counts, and nothing that this client says.
  return proxies === "whoeverConnects" ? (_address, hop) => hop === 0 : [...proxies];
}
