/** Skein's: personal access tokens, with which other clients sign in as the same member. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { rightSchema } from "../right.ts";

/** Times in milliseconds since the epoch. */
export const accessTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.int(),
  lastUsedAt: z.int().nullable(),
  expiresAt: z.int().nullable(),
  scopes: z.array(rightSchema),
});
export type AccessToken = z.infer<typeof accessTokenSchema>;

export const tokenMethods = {
  /**
   * `secret` is shown this once; the server keeps its hash. `scopes`: which of the member's rights the token carries; all that the
   * caller's own credential carries when absent, and never more.
   */
  "skein/token/create": {
    params: z.object({
      name: z.string().min(1).max(100),
      expiresAt: z.int().nullish(),
      scopes: z.array(rightSchema).min(1).nullish(),
    }),
    result: z.object({ token: accessTokenSchema, secret: z.string() }),
  },
  "skein/token/list": {
    params: noParamsSchema,
    result: z.object({ data: z.array(accessTokenSchema) }),
  },
  "skein/token/revoke": {
    params: z.object({ tokenId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
