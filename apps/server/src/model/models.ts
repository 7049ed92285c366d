/**
 * Which models somebody may choose, and whose key pays for them: their own before the tenant's, the tenant's before the server's. Where
 * there is none at all, the demo model answers.
 */
import { type CatalogModel, catalogModels, modelInfo } from "@skein/core/model/catalog";
import { type Model, type ModelInfo, ModelRefused } from "@skein/core/ports";
import type { Actor } from "@skein/timeline/event";
import { bySystem } from "../audit/actor.ts";
import type { AuditBuffer } from "../audit/audit-buffer.ts";
import { provenanceOf } from "../audit/provenance.ts";
import { KeyUnknown } from "../credential/key-wrapper.ts";
import type { StoredSecret, StoredSecrets } from "../credential/stored-secrets.ts";
import { CredentialModel } from "./credential-model.ts";
import { defaultRealModel, type ModelAccess, unlisted } from "./model-access.ts";

/** What somebody may choose. */
export type ModelOffer = Pick<ModelAccess, "kind" | "provider" | "defaultModel" | "offered">;

/** The turn that asks the model. */
export interface AskingTurn {
  readonly turnId: string;
  /** null: nobody's. */
  readonly actor: Actor | null;
}

export interface ModelsPorts {
  readonly server: ModelAccess;
  readonly secrets: StoredSecrets;
  readonly audit: Pick<AuditBuffer, "offer">;
  readonly guardedFetch: typeof fetch;
}

interface Person {
  readonly tenantId: string;
  readonly userId: string;
}

const nobody = "00000000-0000-0000-0000-000000000000";

export class Models {
  readonly #ports: ModelsPorts;

  constructor(ports: ModelsPorts) {
    this.#ports = ports;
  }

  get defaultRealModel(): string {
    return this.#ports.server.kind === "real" ? this.#ports.server.defaultModel : defaultRealModel;
  }

  get server(): ModelAccess {
    return this.#ports.server;
  }

  async offerFor({ tenantId, userId }: Person): Promise<ModelOffer> {
    const credential = decidePaying(await this.#ports.secrets.list(tenantId, userId, "model"));
    return credential === undefined ? this.#ports.server : offerOf(credential, this.#ports.server);
  }

  modelInfo(slug: string): ModelInfo {
    const { server } = this.#ports;
    return server.kind === "demo" && slug !== server.defaultModel ? modelInfo(slug) : server.modelInfo(slug);
  }

  /** Whose key pays for what this person causes; "demo": nobody's. */
  async payerFor(tenantId: string, userId: string | null): Promise<"user" | "tenant" | "operator" | "demo"> {
    const stored = await this.#ports.secrets.list(tenantId, userId ?? nobody, "model");
    return decidePaying(stored)?.scope.type ?? (this.#ports.server.kind === "demo" ? "demo" : "operator");
  }

  /** For a thread. `turn`: the one that asks. */
  modelFor({ tenantId, threadId }: { tenantId: string; threadId: string }, turn: () => AskingTurn | null): Model {
    const { server, secrets, audit, guardedFetch } = this.#ports;
    let toldOf: string | null = null;
    return new CredentialModel({
      fallback: server.model,
      fetch: guardedFetch,
      open: () =>
        secrets.open(tenantId, turn()?.actor?.memberId ?? null, "model", decidePaying).catch(refuseUnknownKey),
      modelFor: (asked, stored) => decideModel(asked, stored, server),
      used: ({ id, scope }) => {
        const { turnId = null, actor = null } = turn() ?? {};
        // Once a turn: each of its calls is in the ledger.
        if (toldOf === `${turnId} ${id}`) return;
        toldOf = `${turnId} ${id}`;
        const by = actor === null ? bySystem : provenanceOf(actor);
        const details = { purpose: "model", scope: scope.type, turnId };
        audit.offer(tenantId, by, { action: "credential.used", subject: id, threadId, details });
      },
    });
  }
}

/** To go on with somebody else's key would be worse than to stop. */
function refuseUnknownKey(error: unknown): never {
  if (!(error instanceof KeyUnknown)) throw error;
  throw new ModelRefused("The key for the model cannot be read: this server has another SKEIN_SECRET.", {
    cause: error,
  });
}

/** A person's own goes before the tenant's. */
export function decidePaying(secrets: readonly StoredSecret[]): StoredSecret | undefined {
  return secrets.find(({ scope }) => scope.type === "user") ?? secrets.find(({ scope }) => scope.type === "tenant");
}

/** A thread that was begun with the demo model goes on with a real one when there is a key for it. */
export function decideModel(
  asked: string,
  { models, name }: Pick<StoredSecret, "models" | "name">,
  server: ModelOffer,
): string {
  const isDemo = server.kind === "demo" && asked === server.defaultModel;
  const model = isDemo ? (models?.[0] ?? defaultRealModel) : asked;
  if (models === null || models.includes(model)) return model;
  throw new ModelRefused(`The key ${JSON.stringify(name)} is not for the model ${model}.`);
}

function offerOf({ models }: StoredSecret, server: ModelOffer): ModelOffer {
  const fallback = server.kind === "real" ? server.defaultModel : defaultRealModel;
  const defaultModel = models === null || models.includes(fallback) ? fallback : (models[0] ?? fallback);
  const slugs = models ?? [defaultModel, ...catalogModels.map(({ slug }) => slug)];
  const offered = [...new Set(slugs)].map(
    (slug): CatalogModel => catalogModels.find((model) => model.slug === slug) ?? unlisted(slug),
  );
  return { kind: "real", provider: "openai", defaultModel, offered };
}
