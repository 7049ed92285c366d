/** What tenants give the server to use for them, and whose key a model is asked with. */

import { RefusedAddress } from "@skein/executor/egress/refused-address";
import { resolveTarget } from "@skein/executor/egress/resolve-target";
import { targetOfUrl } from "@skein/executor/egress/target";
import type { Foundation } from "./compose-foundation.ts";
import type { Config } from "./config.ts";
import { type KeyWrapper, keyWrapperOf } from "./credential/key-wrapper.ts";
import { ensureOwnSecret, findOwnSecret } from "./credential/own-secret.ts";
import { StoredSecrets } from "./credential/stored-secrets.ts";
import { openModelAccess } from "./model/model-access.ts";
import { Models } from "./model/models.ts";

export interface Credentials {
  readonly models: Models;
  readonly secrets: StoredSecrets;
  refusalOf(baseUrl: URL): Promise<string | null>;
}

export async function openCredentials(config: Config, foundation: Foundation): Promise<Credentials> {
  const { database, audit, guardedFetch, egressRules, dataDirectory, log } = foundation;
  if (config.nats !== null && config.secrets.length === 0) {
    log.warn(
      "SKEIN_SECRET is not set: what tenants entrust to this node can be read by no other; give all nodes the same",
    );
  }
  const secrets = new StoredSecrets(database.withTenant, await openKeyWrapper(config, dataDirectory));
  const models = new Models({ server: openModelAccess(config.model), secrets, audit, guardedFetch });
  return {
    models,
    secrets,
    refusalOf: async (baseUrl) => {
      const target = targetOfUrl(baseUrl);
      const resolution = target === null ? null : await resolveTarget(target, egressRules);
      if (resolution?.type === "refused") return new RefusedAddress(baseUrl.hostname, resolution.reason).message;
      return resolution?.type === "notFound" ? resolution.message : null;
    },
  };
}

async function openKeyWrapper({ secrets }: Config, dataDirectory: string): Promise<KeyWrapper> {
  const [current = await ensureOwnSecret(dataDirectory), ...previous] = secrets;
  // What was kept before the configuration named a secret.
  const own = await findOwnSecret(dataDirectory);
  return keyWrapperOf([current, ...previous, ...(own === null ? [] : [own])]);
}
