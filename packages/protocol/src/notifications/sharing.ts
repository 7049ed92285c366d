/** Skein's: who may do what with a thread. Outside frames and safe to lose. */
import { z } from "zod";
import { rightSchema } from "../right.ts";

export const sharingNotifications = {
  /** To the member concerned: these are their rights on the thread now. Where none is left, `thread/deleted` comes instead. */
  "skein/thread/access/changed": z.object({ threadId: z.string(), rights: z.array(rightSchema) }),
} as const;
