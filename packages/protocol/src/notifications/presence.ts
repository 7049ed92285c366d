/** Skein's: who follows a thread. Outside frames and safe to lose; for clients that were granted `skein/presence`. */
import { z } from "zod";

export const presentPeopleSchema = z.object({
  /** Tells the entries of a thread apart; of a member it is their userId. */
  who: z.string(),
  /** A viewer sees the thread by a link. */
  kind: z.enum(["member", "viewer"]),
  /** Absent: people who are counted and not named. */
  name: z.string().optional(),
  /** With a name, of how many connections; without, of how many people. */
  count: z.int(),
  typing: z.boolean(),
});
export type PresentPeople = z.infer<typeof presentPeopleSchema>;

export const presenceNotifications = {
  /** All who follow the thread now, the client itself among them. At most one a second. */
  "skein/thread/presence": z.object({ threadId: z.string(), people: z.array(presentPeopleSchema) }),
} as const;
