import { z } from "zod";

/** A word of the server's to people: what it left out, could not do, or waits for. */
export const reportedWarningSchema = z.object({
  message: z.string(),
  /** When it is about the workspace's runner: a turn waits for it from `away` on until it is `back`. */
  runner: z.object({ name: z.string(), state: z.enum(["away", "back"]) }).nullable(),
  reportedAtMs: z.int(),
});
export type ReportedWarning = z.infer<typeof reportedWarningSchema>;
