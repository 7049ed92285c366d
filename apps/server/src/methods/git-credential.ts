/** Credentials for Git: a member's own, and those that an owner keeps for the tenant. What they hold is opened for a clone only. */
import { targetOfUrl } from "@skein/executor/egress/target";
import { errors } from "@skein/protocol/errors";
import type { GitCredential } from "@skein/protocol/methods/git-credential";
import type { SecretScope, StoredSecret, StoredSecrets } from "../credential/stored-secrets.ts";
import { mayInTenant } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import { hostOfTarget } from "../workspace/clone-address.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods = "skein/gitCredential/list" | "skein/gitCredential/add" | "skein/gitCredential/delete";

export interface GitCredentialServices {
  readonly secrets: StoredSecrets;
  /** What viewers must not see is another list now. */
  secretsChanged(tenantId: string): Promise<void>;
}

export function gitCredentialHandlers({ secrets, secretsChanged }: GitCredentialServices): Handlers<Methods> {
  return {
    "skein/gitCredential/list": async (_params, { principal }) => {
      const stored = await secrets.list(principal.tenantId, principal.userId, "git");
      return {
        data: stored.map((one) => present(one, principal)),
        mayManageTenant: mayInTenant(principal, "administer"),
      };
    },

    "skein/gitCredential/add": async ({ scope, name, host, username, token }, call) => {
      const { principal } = call;
      const whose: SecretScope = scope === "user" ? { type: "user", userId: principal.userId } : { type: "tenant" };
      checkScope(whose, principal);
      const terms = { name, secret: token, baseUrl: readHost(host), models: null, username };
      const stored = await secrets.add(principal.tenantId, "git", whose, terms, actingBy(call));
      await secretsChanged(principal.tenantId);
      return { credential: present(stored, principal) };
    },

    "skein/gitCredential/delete": async ({ credentialId }, call) => {
      const { principal } = call;
      const stored = await secrets.list(principal.tenantId, principal.userId, "git");
      const known = stored.find(({ id }) => id === credentialId);
      if (known === undefined) return refuse(errors.gitCredentialNotFound(credentialId));
      checkScope(known.scope, principal);
      const gone = await secrets.delete(principal.tenantId, known.scope, known.id, actingBy(call));
      if (!gone) return refuse(errors.gitCredentialNotFound(credentialId));
      await secretsChanged(principal.tenantId);
      return {};
    },
  };
}

/** Refuses who may not change what is the tenant's. */
function checkScope(scope: SecretScope, principal: Principal): void {
  if (scope.type === "tenant" && !mayInTenant(principal, "administer")) {
    refuse(errors.forbidden("the tenant's credentials are for its owners"));
  }
}

/** As it is stored: an address of https without a path. The host alone, or the address of one of its repositories, is given. */
function readHost(text: string): string {
  const wrong = () =>
    refuse(errors.invalidParams("Invalid request: host must be as in git.example.org, or git.example.org:8443"));
  const address = /^https:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return wrong();
  const target = targetOfUrl(new URL(address));
  return target === null ? wrong() : `https://${hostOfTarget(target)}`;
}

function present(stored: StoredSecret, principal: Principal): GitCredential {
  const { id, scope, name, baseUrl, username, lastFour, updatedAtMs } = stored;
  const isTheirs = scope.type === "user" || mayInTenant(principal, "administer");
  return {
    ...{ id, scope: scope.type, name, updatedAt: updatedAtMs },
    host: baseUrl === null ? "" : new URL(baseUrl).host,
    username: isTheirs ? username : null,
    lastFour: isTheirs ? lastFour : "",
  };
}
