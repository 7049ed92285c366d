/** Skein's: keys of model providers, one of each member's own and one of the tenant's. A key goes in and never comes out. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";

/** A person's own key goes before the tenant's, the tenant's before the server's. */
export const credentialScopeSchema = z.enum(["user", "tenant"]);
export type CredentialScope = z.infer<typeof credentialScopeSchema>;

export const modelCredentialSchema = z.object({
  scope: credentialScopeSchema,
  id: z.string(),
  name: z.string(),
  /** Null: the provider's usual address; of the tenant's, also for whoever is not its owner. */
  baseUrl: z.string().nullable(),
  /** Null: for all. The first is the one that threads begin with. */
  models: z.array(z.string()).nullable(),
  /** The key's last characters; empty where they are not to be seen. */
  lastFour: z.string(),
  /** Milliseconds since the epoch. */
  updatedAt: z.int(),
});
export type ModelCredential = z.infer<typeof modelCredentialSchema>;

export const credentialOutcomeSchema = z.enum([
  "works",
  "wrongKey",
  "noSuchHost",
  "refusedAddress",
  "unreachable",
  "modelNotFound",
  "limited",
  "timeout",
  "redirected",
  "failed",
]);
export type CredentialOutcome = z.infer<typeof credentialOutcomeSchema>;

const keySchema = z.string().trim().min(8).max(4096);
const baseUrlSchema = z.string().trim().max(2000);

export const modelCredentialMethods = {
  /** `payer`: whose key the caller's turns are paid with now. `server`: what answers where there is no other. */
  "skein/modelCredential/list": {
    params: noParamsSchema,
    result: z.object({
      data: z.array(modelCredentialSchema),
      payer: z.enum(["user", "tenant", "server"]),
      server: z.enum(["demo", "real"]),
      /** Whether the caller may change the tenant's. */
      mayManageTenant: z.boolean(),
    }),
  },
  /** `key` may be left out where there is one already and it goes to the same place as before. */
  "skein/modelCredential/put": {
    params: z.object({
      scope: credentialScopeSchema,
      name: z.string().trim().min(1).max(100),
      key: keySchema.nullish(),
      baseUrl: baseUrlSchema.nullish(),
      models: z.array(z.string().trim().min(1).max(200)).min(1).max(50).nullish(),
    }),
    result: z.object({ credential: modelCredentialSchema }),
  },
  "skein/modelCredential/delete": {
    params: z.object({ scope: credentialScopeSchema }),
    result: emptyResultSchema,
  },
  /** One small request with what is stored. `status`: of the provider's answer. */
  "skein/modelCredential/test": {
    params: z.object({ scope: credentialScopeSchema }),
    result: z.object({ outcome: credentialOutcomeSchema, status: z.int().nullable(), model: z.string() }),
  },
} as const satisfies Record<string, Method>;
