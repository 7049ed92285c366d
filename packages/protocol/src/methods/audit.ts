/** Skein's: the audit log of the tenant, for its owners. Times in milliseconds since the epoch. */
import { z } from "zod";
import type { Method } from "../method.ts";
import { forwardPageSchema, pageParams } from "../paging.ts";

export const auditLineSchema = z.object({
  id: z.string(),
  at: z.number(),
  actor: z.object({
    /** `token`: the person by one of their access tokens; `nobody`: who did not prove who they are. */
    type: z.enum(["user", "token", "link", "operator", "system", "nobody"]),
    /** Of the person, or of the share link. */
    id: z.string().nullable(),
    /** As the person was called then. */
    name: z.string().nullable(),
    /** Of the session or the access token. */
    credentialId: z.string().nullable(),
  }),
  /** More may come; a client shows what it does not know by its name. */
  action: z.string(),
  threadId: z.string().nullable(),
  /** What it was done to, where that is no thread. */
  subject: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type AuditLine = z.infer<typeof auditLineSchema>;

export const auditMethods = {
  /** Newest first. `since` is included, `until` is not; `actorId`: a person, or a share link. */
  "skein/audit/list": {
    params: z.object({
      ...pageParams,
      since: z.number().nullish(),
      until: z.number().nullish(),
      actorId: z.guid().nullish(),
      actions: z.array(z.string().max(100)).max(100).nullish(),
      /** Lines about this thread only. */
      aboutThread: z.guid().nullish(),
    }),
    result: forwardPageSchema(auditLineSchema),
  },
} as const satisfies Record<string, Method>;
