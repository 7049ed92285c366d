/** What the model asks a person through the tool for questions, and the answer. */
import { z } from "zod";

const questionSchema = z.object({
  id: z.string(),
  header: z.string(),
  question: z.string(),
  /** A free answer is allowed beside the options. */
  isOther: z.boolean().default(false),
  isSecret: z.boolean().default(false),
  options: z.array(z.object({ label: z.string(), description: z.string() })).nullish(),
});

export const requestUserInputParamsSchema = z.object({
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  questions: z.array(questionSchema),
  isBlocking: z.boolean(),
  /** After this many milliseconds the question resolves itself; null: never. */
  autoResolutionMs: z.int().min(0).nullish(),
});
export type RequestUserInputParams = z.infer<typeof requestUserInputParamsSchema>;

/** Answers by question id. */
export const requestUserInputResponseSchema = z.object({
  answers: z.record(z.string(), z.object({ answers: z.array(z.string()) })),
});
export type RequestUserInputResponse = z.infer<typeof requestUserInputResponseSchema>;
