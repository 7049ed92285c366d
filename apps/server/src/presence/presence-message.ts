/** What a node tells the others of who follows a thread with it: always all of it, so that one message heals what others have lost. */
import { z } from "zod";
import { peopleSchema } from "./people.ts";

const presenceMessageSchema = z.object({
  nodeId: z.string(),
  tenantId: z.string(),
  /** Of two messages of a node the later one counts; a node that was started anew goes on above its earlier self. */
  number: z.number(),
  /** Somebody has just begun to follow there, and knows nothing of the others. */
  asks: z.boolean(),
  people: peopleSchema,
});
export type PresenceMessage = z.infer<typeof presenceMessageSchema>;

export function encodePresence(message: PresenceMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

/** Throws when it is none. */
export function decodePresence(payload: Uint8Array): PresenceMessage {
  return presenceMessageSchema.parse(JSON.parse(Buffer.from(payload).toString()));
}
