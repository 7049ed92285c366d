import { z } from "zod";

export const threadActiveFlagSchema = z.enum(["waitingOnApproval", "waitingOnUserInput"]);
export type ThreadActiveFlag = z.infer<typeof threadActiveFlagSchema>;

/** Of the server's memory, not of the log: `notLoaded` threads exist and can be resumed. */
export const threadStatusSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("notLoaded") }),
  z.object({ type: z.literal("idle") }),
  z.object({ type: z.literal("systemError") }),
  z.object({ type: z.literal("active"), activeFlags: z.array(threadActiveFlagSchema) }),
]);
export type ThreadStatus = z.infer<typeof threadStatusSchema>;
