/** What the program that searches names is asked, and what it prints: a line of JSON for each. */
import * as z from "zod";

/** Its one argument. The queries come as lines of JSON on stdin, and it ends when that does. */
export const searchTask = z.object({
  type: z.literal("search"),
  root: z.string().startsWith("/"),
  /** Nothing is found below a root that a link leads out of it. */
  within: z.string().startsWith("/"),
  limit: z.int().positive(),
});
export type SearchTask = z.infer<typeof searchTask>;

export const searchQuery = z.object({ id: z.int(), query: z.string() });

const foundPath = z.object({
  path: z.string(),
  kind: z.enum(["file", "directory"]),
  score: z.int().min(0),
  indices: z.array(z.int().min(0)).readonly(),
});

export const searchReport = z.object({ type: z.literal("found"), id: z.int(), found: z.array(foundPath).readonly() });
export type SearchReport = z.infer<typeof searchReport>;
