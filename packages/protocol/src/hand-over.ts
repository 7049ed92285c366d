/** A thread became another member's. */
import { z } from "zod";

const personSchema = z.object({ userId: z.string(), name: z.string() });

export const handOverSchema = z.object({
  /** Its place in the thread's log. */
  seq: z.int().min(1),
  /** Milliseconds since the epoch. */
  at: z.int(),
  /** Null: it was nobody's. */
  from: personSchema.nullable(),
  to: personSchema,
  by: personSchema,
});
export type HandOver = z.infer<typeof handOverSchema>;
