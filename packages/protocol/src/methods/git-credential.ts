/** Skein's: credentials with which workspaces are made of repositories. A token goes in and never comes out. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { credentialScopeSchema } from "./model-credential.ts";

export const gitCredentialSchema = z.object({
  id: z.string(),
  scope: credentialScopeSchema,
  name: z.string(),
  /** As `git.example.org`, with the port where it is not that of https. */
  host: z.string(),
  /** Null: it is the tenant's, and not for the caller to see. */
  username: z.string().nullable(),
  /** The token's last characters; empty where they are not to be seen. */
  lastFour: z.string(),
  /** Milliseconds since the epoch. */
  updatedAt: z.int(),
});
export type GitCredential = z.infer<typeof gitCredentialSchema>;

/** Of what a header of HTTP can carry. */
const tokenSchema = z
  .string()
  .trim()
  .min(4)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, "must be of printable characters without spaces");
const usernameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^:\p{Cc}]+$/u, "must have no colon");

export const gitCredentialMethods = {
  /** The caller's own and the tenant's. A person's own go before the tenant's. */
  "skein/gitCredential/list": {
    params: noParamsSchema,
    result: z.object({
      data: z.array(gitCredentialSchema),
      /** Whether the caller may change the tenant's. */
      mayManageTenant: z.boolean(),
    }),
  },
  "skein/gitCredential/add": {
    params: z.object({
      scope: credentialScopeSchema,
      name: z.string().trim().min(1).max(100),
      host: z.string().trim().min(1).max(300),
      username: usernameSchema,
      token: tokenSchema,
    }),
    result: z.object({ credential: gitCredentialSchema }),
  },
  "skein/gitCredential/delete": {
    params: z.object({ credentialId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
