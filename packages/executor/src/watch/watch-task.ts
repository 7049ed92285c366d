/** What the program that watches files is asked, and what it prints: a line of JSON for each. */
import * as z from "zod";

const path = z.string().startsWith("/");
const id = z.int();

/** Its one argument. What it watches comes as lines of JSON on stdin, and it ends when that does. */
export const watchTask = z.object({ type: z.literal("watch"), within: path });
export type WatchTask = z.infer<typeof watchTask>;

export const watchOrder = z.discriminatedUnion("type", [
  z.object({ type: z.literal("add"), id, path }),
  z.object({ type: z.literal("remove"), id }),
]);
export type WatchOrder = z.infer<typeof watchOrder>;

/** null: what is watched itself; else the name of a direct child. */
const changed = z
  .string()
  .regex(/^[^/]{1,255}$/)
  .nullable();

export const watchReport = z.discriminatedUnion("type", [
  z.object({ type: z.literal("added"), id }),
  /** `code` is the errno name where the system refused. */
  z.object({ type: z.literal("refused"), id, code: z.string() }),
  z.object({ type: z.literal("changed"), id, changed: z.array(changed).readonly() }),
]);
export type WatchReport = z.infer<typeof watchReport>;

/** Of one report. More have changed than anybody wants to hear of one by one. */
export const maxChanged = 1000;
