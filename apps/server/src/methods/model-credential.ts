/** Keys of model providers: a member's own, and those that an owner keeps for the tenant. */
import { targetOfUrl } from "@skein/executor/egress/target";
import { errors } from "@skein/protocol/errors";
import type { CredentialScope, ModelCredential } from "@skein/protocol/methods/model-credential";
import { record } from "../audit/record.ts";
import type { SecretScope, StoredSecret, StoredSecrets } from "../credential/stored-secrets.ts";
import type { Database } from "../database/database.ts";
import { mayInTenant } from "../identity/authorise.ts";
import type { Principal } from "../identity/principal.ts";
import { credentialTestBucket, takeAttempts } from "../identity/sign-in-attempts.ts";
import { decidePaying, type Models } from "../model/models.ts";
import { testCredential } from "../model/test-credential.ts";
import { actingBy } from "./acting.ts";
import type { Handlers } from "./handler.ts";
import { refuse } from "./request-error.ts";

type Methods =
  | "skein/modelCredential/list"
  | "skein/modelCredential/put"
  | "skein/modelCredential/delete"
  | "skein/modelCredential/test";

export interface CredentialServices {
  readonly models: Models;
  readonly secrets: StoredSecrets;
  /** What viewers must not see is another list now. */
  secretsChanged(tenantId: string): Promise<void>;
  readonly database: Pick<Database, "app" | "withTenant">;
  /** Reaches only what tenants may reach. */
  readonly guardedFetch: typeof fetch;
  /** Why a server at this address may not be reached; null: it may. */
  refusalOf(baseUrl: URL): Promise<string | null>;
}

export function modelCredentialHandlers(services: CredentialServices): Handlers<Methods> {
  const { models, secrets, database, secretsChanged } = services;
  return {
    "skein/modelCredential/list": async (_params, { principal }) => {
      const stored = await secrets.list(principal.tenantId, principal.userId, "model");
      return {
        data: stored.map((one) => present(one, principal)),
        payer: decidePaying(stored)?.scope.type ?? "server",
        server: models.server.kind,
        mayManageTenant: mayInTenant(principal, "administer"),
      };
    },

    "skein/modelCredential/put": async ({ scope, name, key = null, models: slugs = null, ...rest }, call) => {
      const whose = scopeOf(scope, call.principal);
      const baseUrl = rest.baseUrl ? await checkBaseUrl(services, rest.baseUrl) : null;
      const terms = { name, secret: key, baseUrl, models: slugs };
      const stored = await secrets.putModel(call.principal.tenantId, whose, terms, actingBy(call));
      if (stored === "secretNeeded") {
        return refuse(errors.invalidParams("Invalid request: the key is needed, as it goes to another place now"));
      }
      await secretsChanged(call.principal.tenantId);
      return { credential: present(stored, call.principal) };
    },

    "skein/modelCredential/delete": async ({ scope }, call) => {
      const whose = scopeOf(scope, call.principal);
      const known = await find(secrets, call.principal, scope);
      const gone = await secrets.delete(call.principal.tenantId, whose, known.id, actingBy(call));
      if (!gone) return refuse(errors.credentialNotFound(scope));
      await secretsChanged(call.principal.tenantId);
      return {};
    },

    "skein/modelCredential/test": async ({ scope }, call) => {
      const { principal } = call;
      const { tenantId, userId } = principal;
      scopeOf(scope, principal);
      const known = await find(secrets, principal, scope);
      const wait = await takeAttempts(database.app, [credentialTestBucket(tenantId, userId)]);
      if (wait > 0) refuse(errors.tooOften(Math.ceil(wait)));
      const opened = await secrets.open(tenantId, userId, "model", (all) => all.find(({ id }) => id === known.id));
      if (opened === null) return refuse(errors.credentialNotFound(scope));
      const model = known.models?.[0] ?? models.defaultRealModel;
      const tested = await testCredential(opened, model, services.guardedFetch);
      const details = { scope, outcome: tested.outcome };
      await database.withTenant(tenantId, (sql) =>
        record(sql, actingBy(call), { action: "credential.tested", subject: known.id, details }),
      );
      return { ...tested, model };
    },
  };
}

/** Refuses who may not change what is the tenant's. */
function scopeOf(scope: CredentialScope, principal: Principal): SecretScope {
  if (scope === "user") return { type: "user", userId: principal.userId };
  if (!mayInTenant(principal, "administer")) refuse(errors.forbidden("the tenant's key is for its owners"));
  return { type: "tenant" };
}

async function find(secrets: StoredSecrets, principal: Principal, scope: CredentialScope): Promise<StoredSecret> {
  const stored = await secrets.list(principal.tenantId, principal.userId, "model");
  return stored.find((one) => one.scope.type === scope) ?? refuse(errors.credentialNotFound(scope));
}

/** As it is stored: without a slash at its end. */
async function checkBaseUrl({ refusalOf }: CredentialServices, text: string): Promise<string> {
  const wrong = (why: string) => refuse(errors.invalidParams(`Invalid request: baseUrl ${why}`));
  if (!URL.canParse(text)) return wrong("must be a full address, such as https://models.example.org/v1");
  const url = new URL(text);
  if (targetOfUrl(url) === null) return wrong("must be an address of http or https that names no user");
  if (url.search !== "" || url.hash !== "") return wrong("must not have a query or a fragment");
  const refusal = await refusalOf(url);
  return refusal === null ? url.href.replace(/\/+$/, "") : wrong(`is refused: ${refusal}`);
}

function present(stored: StoredSecret, principal: Principal): ModelCredential {
  const { id, name, baseUrl, models, lastFour, updatedAtMs, scope } = stored;
  const isTheirs = scope.type === "user" || mayInTenant(principal, "administer");
  return {
    ...{ scope: scope.type, id, name, updatedAt: updatedAtMs },
    baseUrl: isTheirs ? baseUrl : null,
    models: models === null ? null : [...models],
    lastFour: isTheirs ? lastFour : "",
  };
}
