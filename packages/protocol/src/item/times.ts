import { z } from "zod";

/**
 * Milliseconds since the epoch. The real server writes both on every item although its published schema names neither;
 * `startedAtMs` is null on a message of a turn that has not begun.
 */
export const itemTimes = {
  startedAtMs: z.int().nullable(),
  completedAtMs: z.int().nullable(),
};
