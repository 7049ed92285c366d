/** Messages that wait for their turn: each starts one when the turn before it has ended, unless that was interrupted. */
import { z } from "zod";
import { emptyResultSchema } from "../empty.ts";
import type { Method } from "../method.ts";
import { forwardPageSchema, pageParams } from "../paging.ts";
import { personSchema } from "../person.ts";
import { turnSchema } from "../turn.ts";
import { userInputSchema } from "../user-input.ts";

const metadataSchema = z.record(z.string(), z.string()).nullish();

const queuedSubmissionSchema = z.object({
  id: z.string(),
  input: z.array(userInputSchema),
  clientUserMessageId: z.string(),
  responsesapiClientMetadata: metadataSchema,
  /** Skein's, in `thread/queue/list` with `skein/replay`: who wants it said. */
  author: personSchema.nullish(),
});
export type QueuedSubmission = z.infer<typeof queuedSubmissionSchema>;

const oneMessage = { threadId: z.string(), queuedSubmissionId: z.string() };

export const threadQueueMethods = {
  /** `clientUserMessageId` makes a repeat harmless: it gets the message that the first one queued. */
  "thread/queue/add": {
    experimental: true,
    params: z.object({
      threadId: z.string(),
      input: z.array(userInputSchema),
      clientUserMessageId: z.string(),
      responsesapiClientMetadata: metadataSchema,
    }),
    result: z.object({ queuedSubmission: queuedSubmissionSchema }),
  },
  /** Metadata that is absent or empty stays as it was. */
  "thread/queue/update": {
    experimental: true,
    params: z.object({ ...oneMessage, input: z.array(userInputSchema), responsesapiClientMetadata: metadataSchema }),
    result: z.object({ queuedSubmission: queuedSubmissionSchema }),
  },
  /** `deleted`: it was waiting. */
  "thread/queue/delete": {
    experimental: true,
    params: z.object(oneMessage),
    result: z.object({ deleted: z.boolean() }),
  },
  /** Names every waiting message once, in the order wanted. */
  "thread/queue/reorder": {
    experimental: true,
    params: z.object({ threadId: z.string(), queuedSubmissionIds: z.array(z.string()) }),
    result: emptyResultSchema,
  },
  "thread/queue/list": {
    experimental: true,
    params: z.object({ threadId: z.string(), ...pageParams }),
    result: forwardPageSchema(queuedSubmissionSchema),
  },
  /**
   * Starts a turn with the message, or with the first. `steer` is Skein's own: while a turn runs, the message goes to
   * that turn instead of being refused.
   */
  "thread/queue/start": {
    experimental: true,
    params: z.object({ threadId: z.string(), queuedSubmissionId: z.string().nullish(), steer: z.boolean().nullish() }),
    result: z.object({ turn: turnSchema }),
  },
} as const satisfies Record<string, Method>;
