/** Skein's: what members of the tenant may do with a thread that is not theirs. Times in milliseconds since the epoch. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { rightSchema, roleSchema } from "../right.ts";

const personSchema = z.object({ userId: z.string(), name: z.string() });

/** A level includes the lower ones: read, prompt, approve, manage. Of a viewer it counts as `read`, of an owner as `manage`. */
export const threadGrantSchema = z.object({
  ...personSchema.shape,
  role: roleSchema,
  level: rightSchema,
  /** Null: they have left the tenant. */
  grantedBy: personSchema.nullable(),
  grantedAt: z.int(),
});
export type ThreadGrant = z.infer<typeof threadGrantSchema>;

export const threadSharingMethods = {
  /** `createdBy`: whose the thread is; null: nobody's, or of somebody who has left. */
  "skein/thread/grant/list": {
    params: z.object({ threadId: z.string() }),
    result: z.object({ createdBy: personSchema.nullable(), data: z.array(threadGrantSchema) }),
  },
  /** `level` null takes everything away. It counts when this is answered. */
  "skein/thread/grant/set": {
    params: z.object({ threadId: z.string(), userId: z.string(), level: rightSchema.nullable() }),
    result: emptyResultSchema,
  },
  /**
   * The thread becomes the member's; who had it keeps what `keep` says (`prompt` unless it is given; null: nothing). For whose thread it
   * is, and for owners of the tenant. A turn that runs goes on.
   */
  "skein/thread/handOver": {
    params: z.object({ threadId: z.string(), userId: z.string(), keep: rightSchema.nullish() }),
    result: emptyResultSchema,
  },
} as const satisfies Record<string, Method>;
