/** A member of the tenant who said or decided something, and the client they used. */
import { z } from "zod";

export const personSchema = z.object({
  userId: z.string(),
  clientName: z.string(),
  /** At the time; null: it was not recorded. */
  name: z.string().nullish(),
});
