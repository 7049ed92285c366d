/** Skein's: who belongs to the tenant, and who is invited. Times in milliseconds since the epoch. */
import { z } from "zod";
import { emptyResultSchema, noParamsSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { roleSchema } from "../right.ts";

export const memberSchema = z.object({
  userId: z.string(),
  name: z.string(),
  /** Null: the user of a server without accounts. */
  email: z.string().nullable(),
  role: roleSchema,
  joinedAt: z.int(),
  isYou: z.boolean(),
});
export type Member = z.infer<typeof memberSchema>;

export const invitationSchema = z.object({
  id: z.string(),
  role: roleSchema,
  note: z.string(),
  createdAt: z.int(),
  expiresAt: z.int(),
});
export type Invitation = z.infer<typeof invitationSchema>;

const maxInvitationDays = 30;

export const memberMethods = {
  "skein/member/list": {
    params: noParamsSchema,
    result: z.object({ data: z.array(memberSchema) }),
  },
  "skein/member/update": {
    params: z.object({ userId: z.string(), role: roleSchema }),
    result: emptyResultSchema,
  },
  "skein/member/remove": {
    params: z.object({ userId: z.string() }),
    result: emptyResultSchema,
  },
  /** The caller leaves the tenant: their sessions and access tokens there end, this connection too. */
  "skein/tenant/leave": {
    params: noParamsSchema,
    result: emptyResultSchema,
  },
  /** What people call the caller's tenant; everybody there is told. Refused is what is longer than 100 characters, or has some that nobody sees. */
  "skein/tenant/rename": {
    params: z.object({ name: z.string() }),
    result: emptyResultSchema,
  },
  /** `path`: of the link, to be put behind the server's address. It is shown this once; the server keeps the hash of its secret. */
  "skein/invitation/create": {
    params: z.object({
      role: roleSchema,
      note: z.string().max(200).optional(),
      days: z.int().min(1).max(maxInvitationDays).optional(),
    }),
    result: z.object({ invitation: invitationSchema, path: z.string() }),
  },
  "skein/invitation/list": {
    params: noParamsSchema,
    result: z.object({ data: z.array(invitationSchema) }),
  },
  "skein/invitation/revoke": {
    params: z.object({ invitationId: z.string() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
